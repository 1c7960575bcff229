package org.openjobspec.boot.autoconfigure;

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

	@Bean
	@Order(3)
	OjsSchemaInitializer ojsSchemaInitializer(OjsDatabase database, OjsProperties properties) {
		return new OjsSchemaInitializer(database, properties.schema().management());
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
