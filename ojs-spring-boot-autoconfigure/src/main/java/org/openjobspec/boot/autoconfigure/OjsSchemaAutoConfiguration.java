package org.openjobspec.boot.autoconfigure;

import org.openjobspec.boot.worker.HandlerRegistry;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.sql.init.dependency.DatabaseInitializationDependencyConfigurer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.Order;

/**
 * {@link AutoConfiguration Auto-configuration} that creates, upgrades or checks the
 * schema {@code ojs}.
 */
@AutoConfiguration(after = OjsAutoConfiguration.class)
@ConditionalOnBooleanProperty(name = "ojs.enabled", matchIfMissing = true)
@Conditional(OjsSchemaAutoConfiguration.Managed.class)
@Import(DatabaseInitializationDependencyConfigurer.class)
public final class OjsSchemaAutoConfiguration {

	OjsSchemaAutoConfiguration() {
	}

	@Bean
	@Order(3)
	OjsSchemaInitializer ojsSchemaInitializer(OjsDatabase database, OjsProperties properties, SchemaGate gate,
			ObjectProvider<OjsWorker> workers, ObjectProvider<HandlerRegistry> handlers) {
		return new OjsSchemaInitializer(database, properties.schema().management(), properties.worker().startup(), gate,
				() -> workers.getIfAvailable() != null && !handlers.getObject().types().isEmpty());
	}

	static final class Managed extends NoneNestedConditions {

		Managed() {
			super(ConfigurationPhase.PARSE_CONFIGURATION);
		}

		@ConditionalOnProperty(name = "ojs.schema.management", havingValue = "none")
		static final class None {

		}

	}

}
