package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.openjobspec.benchmarks.faults.Run.Result;
import org.openjobspec.benchmarks.support.Database;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Writes down what handlers do, each line committed by itself, on connections that no
 * fault but the database's own touches.
 */
final class RunRecorder implements AutoCloseable {

	private final HikariDataSource pool;

	private final JdbcClient jdbc;

	private final String node;

	private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor((work) -> {
		Thread thread = new Thread(work, "record-later");
		thread.setDaemon(true);
		return thread;
	});

	RunRecorder(Database database, String node) {
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(database.url());
		config.setUsername(database.user());
		config.setPassword(database.password());
		config.setMaximumPoolSize(6);
		config.setMinimumIdle(1);
		config.setConnectionTimeout(2000);
		config.setValidationTimeout(1000);
		config.setInitializationFailTimeout(-1);
		config.setPoolName("recorder");
		this.pool = new HikariDataSource(config);
		this.jdbc = JdbcClient.create(this.pool);
		this.node = node;
	}

	/**
	 * Writes down that a handler starts.
	 * @param job the job
	 * @param attempt the attempt
	 * @param worker who holds it
	 * @return the number of the run
	 */
	long started(UUID job, int attempt, String worker) {
		return this.jdbc.sql("INSERT INTO harness.run (job, attempt, worker, node) VALUES (?, ?, ?, ?) RETURNING id")
			.params(job, attempt, worker, this.node)
			.query(Long.class)
			.single();
	}

	/**
	 * Writes down that a handler ends; while the database is away, later.
	 * @param run the number of the run
	 * @param at when
	 * @param result how
	 */
	void ended(long run, Instant at, Result result) {
		try {
			this.jdbc.sql("UPDATE harness.run SET ended_at = coalesce(ended_at, ?), result = ? WHERE id = ?")
				.params(OffsetDateTime.ofInstant(at, ZoneOffset.UTC), result.name(), run)
				.update();
		}
		catch (DataAccessException ex) {
			var unused = this.later.schedule(() -> ended(run, at, result), 200, TimeUnit.MILLISECONDS);
		}
	}

	/**
	 * Writes down that this process stood still.
	 * @param from since when
	 * @param to until when
	 */
	void stalled(Instant from, Instant to) {
		try {
			this.jdbc.sql("INSERT INTO harness.stall (node, from_at, to_at) VALUES (?, ?, ?)")
				.params(this.node, OffsetDateTime.ofInstant(from, ZoneOffset.UTC),
						OffsetDateTime.ofInstant(to, ZoneOffset.UTC))
				.update();
		}
		catch (DataAccessException ex) {
			var unused = this.later.schedule(() -> stalled(from, to), 200, TimeUnit.MILLISECONDS);
		}
	}

	@Override
	public void close() {
		this.later.shutdownNow();
		this.pool.close();
	}

}
