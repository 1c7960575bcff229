package org.openjobspec.boot.autoconfigure;

import java.util.Properties;
import java.util.function.Supplier;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariConfigMXBean;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.autoconfigure.OjsProperties.Wakeup;
import org.openjobspec.boot.store.OwnConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.jdbc.DataSourceBuilder;
import org.springframework.boot.jdbc.DataSourceUnwrapper;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.util.ClassUtils;

/**
 * Finds out how to connect past the pool: to the same URL as the same user.
 */
final class OwnConnections {

	private static final Logger logger = LoggerFactory.getLogger(OwnConnections.class);

	/** In seconds. */
	private static final String SOCKET_TIMEOUT = "10";

	private static final boolean HIKARI = ClassUtils.isPresent("com.zaxxer.hikari.HikariDataSource",
			OwnConnections.class.getClassLoader());

	private OwnConnections() {
	}

	/**
	 * Refuses a URL that is none for JDBC, whether or not somebody connects to it.
	 * @param wakeup what the operator has set
	 */
	static void requireJdbc(Wakeup wakeup) {
		if (wakeup.url() != null && !wakeup.url().startsWith("jdbc:")) {
			// Not with the value, which may hold a password.
			throw new IllegalArgumentException("'ojs.wakeup.url' must begin with 'jdbc:', and does not");
		}
	}

	/**
	 * Finds out how to connect to listen.
	 * @param dataSource what the application connects with
	 * @param wakeup what the operator has set
	 * @return how to connect; {@code null} to rely on polling
	 */
	static @Nullable OwnConnection toListen(DataSource dataSource, Wakeup wakeup) {
		if (wakeup.mode() == Wakeup.Mode.POLL) {
			return null;
		}
		OwnConnection connection = besidePool(dataSource, wakeup);
		if (connection == null) {
			logger.info(
					"Not listening for other nodes, jobs that they enqueue are found by polling: "
							+ "the {} does not tell its URL, which 'ojs.wakeup.url' would",
					DataSourceUnwrapper.unwrapRoot(dataSource).getClass().getSimpleName());
		}
		return connection;
	}

	/**
	 * Finds out how to connect when the pool has no connection left.
	 * @param dataSource what the application connects with
	 * @param wakeup what the operator has set
	 * @return how to connect; {@code null} if nobody knows
	 */
	static @Nullable OwnConnection besidePool(DataSource dataSource, Wakeup wakeup) {
		requireJdbc(wakeup);
		// Derived anew for each connection, since passwords may be changed in the pool.
		Supplier<SimpleDriverDataSource> unpooled = () -> unpooled(dataSource, wakeup.url());
		try {
			logger.debug("Connecting beside the pool with {}", unpooled.get());
		}
		catch (RuntimeException ex) {
			logger.debug("The DataSource does not tell its URL", ex);
			return null;
		}
		return () -> unpooled.get().getConnection();
	}

	private static SimpleDriverDataSource unpooled(DataSource dataSource, @Nullable String url) {
		DataSourceBuilder<SimpleDriverDataSource> builder = DataSourceBuilder.derivedFrom(dataSource)
			.type(SimpleDriverDataSource.class);
		if (url != null) {
			builder.url(url);
		}
		SimpleDriverDataSource derived = builder.build();
		if (derived.getUrl() == null) {
			throw new IllegalStateException("No URL");
		}
		derived.setConnectionProperties(properties(dataSource));
		return derived;
	}

	// What the URL says comes before all of these.
	private static Properties properties(DataSource dataSource) {
		Properties properties = new Properties();
		// A server that takes a connection and says nothing would be waited for for ever,
		// and so would one that the network has dropped.
		properties.setProperty("socketTimeout", SOCKET_TIMEOUT);
		if (HIKARI) {
			Hikari.copy(dataSource, properties);
		}
		return properties;
	}

	/** Knows what only Hikari knows. */
	private static final class Hikari {

		private static void copy(DataSource dataSource, Properties properties) {
			HikariDataSource pool = DataSourceUnwrapper.unwrap(dataSource, HikariConfigMXBean.class,
					HikariDataSource.class);
			if (pool != null) {
				properties.putAll(pool.getDataSourceProperties());
			}
		}

	}

}
