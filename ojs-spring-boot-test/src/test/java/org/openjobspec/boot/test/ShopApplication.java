package org.openjobspec.boot.test;

import org.openjobspec.boot.TestDatabase;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;

/**
 * The application under test. All of its contexts share one database, as those of
 * applications do.
 */
@SpringBootApplication(proxyBeanMethods = false)
class ShopApplication {

	static final TestDatabase.Database DATABASE = TestDatabase.fresh();

	@Bean
	JdbcConnectionDetails connection() {
		return new JdbcConnectionDetails() {

			@Override
			public String getUsername() {
				return DATABASE.user();
			}

			@Override
			public String getPassword() {
				return DATABASE.password();
			}

			@Override
			public String getJdbcUrl() {
				return DATABASE.url();
			}

		};
	}

}
