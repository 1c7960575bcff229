package org.openjobspec.boot.autoconfigure;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.observe.OjsEndpoint;
import org.openjobspec.boot.observe.OjsEndpointWebExtension;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link OjsEndpointAutoConfiguration}.
 */
class OjsEndpointAutoConfigurationTests {

	// Shared: these tests ask which beans there are, and store nothing.
	private static final Database DATABASE = TestDatabase.fresh();

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, OjsAutoConfiguration.class,
				OjsSchemaAutoConfiguration.class, OjsEndpointAutoConfiguration.class))
		.withPropertyValues(DATABASE.properties());

	private final ApplicationContextRunner exposed = this.contextRunner
		.withPropertyValues("management.endpoints.web.exposure.include=ojs");

	@Test
	void theEndpointIsThereWhereItIsExposed() {
		this.exposed.run((context) -> assertThat(context).hasSingleBean(OjsEndpoint.class)
			.hasSingleBean(OjsEndpointWebExtension.class));
	}

	@Test
	void theEndpointIsNotExposedByDefault() {
		this.contextRunner.run((context) -> assertThat(context).hasSingleBean(JobEngine.class)
			.doesNotHaveBean(OjsEndpoint.class)
			.doesNotHaveBean(OjsEndpointWebExtension.class));
	}

	@Test
	void theEndpointIsLeftOutWithoutAccess() {
		this.exposed.withPropertyValues("management.endpoint.ojs.access=NONE")
			.run((context) -> assertThat(context).doesNotHaveBean(OjsEndpoint.class));
	}

	@Test
	void theEndpointIsLeftOutWithoutTheActuator() {
		this.exposed.withClassLoader(new FilteredClassLoader(Endpoint.class))
			.run((context) -> assertThat(context).hasSingleBean(JobEngine.class).doesNotHaveBean("ojsEndpoint"));
	}

	@Test
	void theEndpointIsLeftOutWithoutABackend() {
		this.exposed.withPropertyValues("ojs.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(OjsEndpoint.class));
	}

	@Test
	void theEndpointOfTheUserWins() {
		this.exposed.withBean("mine", OjsEndpoint.class, () -> new OjsEndpoint(null, List::of))
			.run((context) -> assertThat(context).hasSingleBean(OjsEndpoint.class).hasBean("mine"));
	}

}
