package org.openjobspec.boot.worker;

import java.net.ConnectException;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

import org.springframework.jdbc.CannotGetJdbcConnectionException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link PoolWatch}.
 */
class PoolWatchTests {

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final PoolWatch pool = new PoolWatch();

	@Test
	void whereAHeartbeatWaitsForThePoolItIsSaidOnce() {
		this.pool.began(at(0));
		assertThat(besidePool(2)).isTrue();
		assertThat(besidePool(4)).isFalse();
	}

	@Test
	void whereThePoolRefusedAConnectionItIsSaid() {
		this.pool.began(at(0));
		this.pool.failed(new CannotGetJdbcConnectionException("no",
				new SQLTransientConnectionException("Connection is not available, request timed out after 30000ms")));
		assertThat(besidePool(31)).isTrue();
	}

	@Test
	void itIsSaidAgainOnceThePoolHadOneInBetween() {
		this.pool.began(at(0));
		assertThat(besidePool(2)).isTrue();
		this.pool.succeeded();
		this.pool.began(at(10));
		assertThat(besidePool(12)).isTrue();
	}

	@Test
	void aNodeThatWasAsleepLacksNothing() {
		this.pool.began(at(0));
		this.pool.succeeded();
		assertThat(besidePool(100)).as("none has begun").isFalse();
		this.pool.began(at(100));
		assertThat(besidePool(100.5)).as("it has just begun").isFalse();
	}

	@Test
	void aDatabaseThatWasAwayIsNoLackOfConnections() {
		this.pool.began(at(0));
		this.pool.failed(new CannotGetJdbcConnectionException("no", new SQLTransientConnectionException("timed out",
				"08001", 0, new PSQLException("refused", PSQLState.CONNECTION_UNABLE_TO_CONNECT))));
		this.pool.began(at(10));
		assertThat(besidePool(15)).isFalse();
		assertThat(besidePool(20)).isFalse();
		assertThat(besidePool(25)).as("it has been there long enough").isTrue();
	}

	@Test
	void norIsOneThatCouldNotBeReachedBesideThePoolEither() {
		this.pool.began(at(0));
		this.pool.besidePoolFailed();
		assertThat(besidePool(15)).isFalse();
		this.pool.succeeded();
		this.pool.began(at(20));
		assertThat(besidePool(22)).isTrue();
	}

	@Test
	void whatIsNoDatabasesAffairSaysNothingOfThePool() {
		this.pool.began(at(0));
		this.pool.failed(new IllegalStateException(new ConnectException("refused")));
		assertThat(besidePool(15)).isFalse();
		this.pool.succeeded();
		this.pool.began(at(20));
		this.pool.failed(new SQLException("a statement", "42P01"));
		assertThat(besidePool(25)).isFalse();
	}

	private boolean besidePool(double seconds) {
		return this.pool.besidePoolSucceeded(at(seconds), PATIENCE);
	}

	private static long at(double seconds) {
		return (long) (seconds * 1_000_000_000L) - Long.MAX_VALUE / 2;
	}

}
