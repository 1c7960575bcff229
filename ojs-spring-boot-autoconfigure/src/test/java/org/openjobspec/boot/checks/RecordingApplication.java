package org.openjobspec.boot.checks;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * An application that writes down each run of each job before anything else, in a table
 * that the test has made. From a certain run on it can be told to get stuck.
 */
@PlainApplication
class RecordingApplication {

	/** The table, and what a test wants to know about it. */
	static final String TABLE = "CREATE TABLE run (job uuid NOT NULL, attempt int NOT NULL, node text NOT NULL, "
			+ "stuck boolean NOT NULL, at timestamptz NOT NULL DEFAULT clock_timestamp())";

	/** Runs the application in a process of its own. */
	public static void main(String[] args) {
		SpringApplication.run(RecordingApplication.class, args);
	}

	@Bean
	Recorder recorder(JdbcTemplate sql, @Value("${check.node:node}") String node,
			@Value("${check.runs-before-stuck:2147483647}") int runsBeforeStuck) {
		return new Recorder(sql, node, runsBeforeStuck);
	}

	static class Recorder {

		private final JdbcTemplate sql;

		private final String node;

		private final int runsBeforeStuck;

		private final AtomicInteger runs = new AtomicInteger();

		private final CountDownLatch never = new CountDownLatch(1);

		Recorder(JdbcTemplate sql, String node, int runsBeforeStuck) {
			this.sql = sql;
			this.node = node;
			this.runsBeforeStuck = runsBeforeStuck;
		}

		@OjsHandler("check.run")
		void run(JobContext job, int number) throws InterruptedException {
			boolean stuck = this.runs.incrementAndGet() > this.runsBeforeStuck;
			this.sql.update("INSERT INTO run (job, attempt, node, stuck) VALUES (?, ?, ?, ?)", job.job().id(),
					job.attempt(), this.node, stuck);
			if (stuck) {
				this.never.await();
			}
		}

	}

}
