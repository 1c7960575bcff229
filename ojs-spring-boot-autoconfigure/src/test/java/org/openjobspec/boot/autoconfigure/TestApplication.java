package org.openjobspec.boot.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;

import org.openjobspec.boot.TestDatabase.Database;

import org.springframework.beans.factory.config.BeanDefinitionCustomizer;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.GenericApplicationContext;

import static org.assertj.core.api.Assertions.assertThatException;

/**
 * An application of a user, started as its {@code main} method would start it.
 */
final class TestApplication {

	private final SpringApplication application;

	private final List<String> arguments = new ArrayList<>();

	private TestApplication(Class<?>... sources) {
		this.application = new SpringApplication(sources);
		this.application.setWebApplicationType(WebApplicationType.NONE);
		this.application.setRegisterShutdownHook(false);
		// The console is the log's, and the tests' configuration of it is quiet.
		property("logging.level.org.openjobspec", "info");
		property("spring.jpa.open-in-view", "false");
	}

	static TestApplication of(Class<?>... sources) {
		return new TestApplication((sources.length > 0) ? sources : new Class<?>[] { Nothing.class });
	}

	TestApplication on(Database database) {
		database.springProperties().forEach(this::property);
		return this;
	}

	TestApplication property(String name, Object value) {
		this.arguments.add("--" + name + "=" + value);
		return this;
	}

	TestApplication without(Class<?>... autoConfigurations) {
		return property("spring.autoconfigure.exclude",
				String.join(",", Arrays.stream(autoConfigurations).map(Class::getName).toList()));
	}

	TestApplication web() {
		this.application.setWebApplicationType(WebApplicationType.SERVLET);
		return property("server.port", 0);
	}

	<T> TestApplication bean(String name, Class<T> type, Supplier<T> bean, BeanDefinitionCustomizer... customizers) {
		this.application.addInitializers(
				(GenericApplicationContext context) -> context.registerBean(name, type, bean, customizers));
		return this;
	}

	ConfigurableApplicationContext run() {
		return this.application.run(this.arguments.toArray(String[]::new));
	}

	void fail() {
		assertThatException().isThrownBy(() -> run().close());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Nothing {

	}

}
