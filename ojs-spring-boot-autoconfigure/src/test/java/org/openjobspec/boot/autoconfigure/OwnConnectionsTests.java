package org.openjobspec.boot.autoconfigure;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.autoconfigure.OjsProperties.Wakeup;
import org.openjobspec.boot.autoconfigure.OjsProperties.Wakeup.Mode;
import org.openjobspec.boot.store.OwnConnection;
import org.postgresql.PGConnection;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.jdbc.datasource.AbstractDataSource;
import org.springframework.jdbc.datasource.LazyConnectionDataSourceProxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link OwnConnections}.
 */
class OwnConnectionsTests {

	private static final Database DATABASE = TestDatabase.fresh();

	@Test
	void goesPastAPool() throws Exception {
		try (HikariDataSource pool = pool()) {
			assertOwnConnection(OwnConnections.toListen(pool, listen(null)));
			assertThat(pool.getHikariPoolMXBean()).as("the pool was not started").isNull();
		}
	}

	@Test
	void goesPastAProxyOfAPool() throws Exception {
		try (HikariDataSource pool = pool()) {
			assertOwnConnection(OwnConnections.toListen(new LazyConnectionDataSourceProxy(pool), listen(null)));
		}
	}

	@Test
	void takesTheDriversDataSource() throws Exception {
		assertOwnConnection(OwnConnections.toListen(DATABASE.dataSource(), listen(null)));
	}

	@Test
	void takesTheConfiguredUrl() throws Exception {
		try (HikariDataSource pool = pool()) {
			pool.setJdbcUrl("jdbc:postgresql://localhost:1/pgbouncer");
			assertOwnConnection(OwnConnections.toListen(pool, listen(DATABASE.url())));
		}
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void takesTheDriversPropertiesOfThePool(boolean wrapped) throws Exception {
		try (HikariDataSource pool = pool()) {
			pool.addDataSourceProperty("ApplicationName", "of the pool");
			DataSource dataSource = wrapped ? (DataSource) new ProxyFactory(pool).getProxy() : pool;
			OwnConnection connections = OwnConnections.besidePool(dataSource, listen(null));
			assertThat(connections).isNotNull();
			try (Connection connection = connections.open(); Statement statement = connection.createStatement()) {
				try (ResultSet result = statement.executeQuery("SHOW application_name")) {
					assertThat(result.next()).isTrue();
					assertThat(result.getString(1)).isEqualTo("of the pool");
				}
			}
		}
	}

	@Test
	@Timeout(value = 20, threadMode = ThreadMode.SEPARATE_THREAD)
	void aServerThatSaysNothingIsNotWaitedForForEver() throws Exception {
		try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
				HikariDataSource pool = pool()) {
			pool.setJdbcUrl("jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/x?sslmode=disable");
			OwnConnection connections = OwnConnections.besidePool(pool, listen(null));
			assertThat(connections).isNotNull();
			assertThatExceptionOfType(SQLException.class).isThrownBy(connections::open);
		}
	}

	@Test
	void pollsWhenTheUrlCannotBeLearnt() {
		assertThat(OwnConnections.toListen(new Unknown(), listen(null))).isNull();
	}

	@Test
	void pollsOnRequest() {
		assertThat(OwnConnections.toListen(DATABASE.dataSource(), new Wakeup(Mode.POLL, null))).isNull();
	}

	private static HikariDataSource pool() {
		HikariDataSource pool = new HikariDataSource();
		pool.setJdbcUrl(DATABASE.url());
		pool.setUsername(DATABASE.user());
		pool.setPassword(DATABASE.password());
		return pool;
	}

	private static Wakeup listen(@Nullable String url) {
		return new Wakeup(Mode.LISTEN, url);
	}

	private static void assertOwnConnection(@Nullable OwnConnection connections) throws SQLException {
		assertThat(connections).isNotNull();
		try (Connection connection = connections.open()) {
			assertThat(connection).isInstanceOf(PGConnection.class);
			assertThat(connection.isValid(5)).isTrue();
		}
	}

	private static final class Unknown extends AbstractDataSource {

		private final DataSource target = DATABASE.dataSource();

		@Override
		public Connection getConnection() throws SQLException {
			return this.target.getConnection();
		}

		@Override
		public Connection getConnection(String username, String password) throws SQLException {
			return getConnection();
		}

	}

}
