package org.openjobspec.boot.store;

import java.sql.Connection;
import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.mockito.BDDMockito.willThrow;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

/**
 * Tests for {@link UnpooledDataSource}.
 */
class UnpooledDataSourceTests {

	private static final Database DATABASE = TestDatabase.fresh();

	@Test
	void aConnectionCommitsByItself_andDoesNotWaitForEver() throws Exception {
		UnpooledDataSource dataSource = new UnpooledDataSource(() -> {
			Connection connection = DATABASE.dataSource().getConnection();
			connection.setAutoCommit(false);
			connection.setNetworkTimeout(Runnable::run, 600_000);
			return connection;
		});
		try (Connection connection = dataSource.getConnection()) {
			assertThat(connection.getAutoCommit()).isTrue();
			assertThat(connection.getNetworkTimeout()).isEqualTo(10_000);
		}
	}

	@Test
	void aConnectionThatCannotBeUsedIsClosed() throws Exception {
		Connection broken = mock(Connection.class);
		willThrow(new SQLException("closed by the server")).given(broken).setAutoCommit(true);
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> new UnpooledDataSource(() -> broken).getConnection());
		verify(broken).close();
	}

}
