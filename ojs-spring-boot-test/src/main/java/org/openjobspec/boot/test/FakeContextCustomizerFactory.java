package org.openjobspec.boot.test;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.test.context.ContextConfigurationAttributes;
import org.springframework.test.context.ContextCustomizer;
import org.springframework.test.context.ContextCustomizerFactory;
import org.springframework.test.context.MergedContextConfiguration;
import org.springframework.test.context.TestContextAnnotationUtils;

/**
 * Switches the real backend off where a test wants the fake.
 */
final class FakeContextCustomizerFactory implements ContextCustomizerFactory {

	@Override
	public @Nullable ContextCustomizer createContextCustomizer(Class<?> testClass,
			List<ContextConfigurationAttributes> configAttributes) {
		AutoConfigureOjsTest annotation = TestContextAnnotationUtils.findMergedAnnotation(testClass,
				AutoConfigureOjsTest.class);
		return (annotation != null) ? new Fake(annotation.mode() == JobMode.FAKE) : null;
	}

	/** Equal to its kind, so that contexts are shared. */
	private record Fake(boolean annotated) implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration merged) {
			if (this.annotated || isConfigured(context.getEnvironment())) {
				TestPropertyValues.of("ojs.enabled=false").applyTo(context);
			}
		}

		private static boolean isConfigured(Environment environment) {
			return Binder.get(environment).bind("ojs.test.mode", JobMode.class).map(JobMode.FAKE::equals).orElse(false);
		}

	}

}
