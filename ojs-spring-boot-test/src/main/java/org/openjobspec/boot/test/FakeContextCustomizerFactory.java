package org.openjobspec.boot.test;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ConfigurableApplicationContext;
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
		return (annotation != null && annotation.mode() == JobMode.FAKE) ? new Fake() : null;
	}

	/** Equal to its kind, so that contexts are shared. */
	private record Fake() implements ContextCustomizer {

		@Override
		public void customizeContext(ConfigurableApplicationContext context, MergedContextConfiguration merged) {
			TestPropertyValues.of("ojs.enabled=false").applyTo(context);
		}

	}

}
