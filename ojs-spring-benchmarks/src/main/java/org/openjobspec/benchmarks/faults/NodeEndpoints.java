package org.openjobspec.benchmarks.faults;

import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.openjobspec.boot.client.OjsRequest;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.BackoffStrategy;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * What a node does for the harness.
 */
@RestController
final class NodeEndpoints {

	private final OjsTemplate jobs;

	private final JdbcClient jdbc;

	private final DataSource dataSource;

	private final TransactionTemplate transaction;

	NodeEndpoints(OjsTemplate jobs, JdbcClient jdbc, DataSource dataSource, PlatformTransactionManager manager) {
		this.jobs = jobs;
		this.jdbc = jdbc;
		this.dataSource = dataSource;
		this.transaction = new TransactionTemplate(manager);
	}

	/**
	 * Enqueues jobs, each with a row beside it, in one transaction.
	 * @param request the jobs
	 * @return how the transaction ended
	 */
	@PostMapping("/harness/enqueue")
	Map<String, Object> enqueue(@RequestBody InTransaction request) {
		this.transaction.executeWithoutResult((status) -> {
			for (NewJob job : request.jobs()) {
				this.jdbc.sql("INSERT INTO harness.request (job) VALUES (?)").param(job.id()).update();
				request(job).enqueue();
			}
			if (request.rollback()) {
				status.setRollbackOnly();
			}
		});
		return Map.of("committed", !request.rollback());
	}

	private OjsRequest request(NewJob job) {
		return anonymous(this.jobs, job).id(job.id());
	}

	/** A job without its id: those of a workflow get theirs from the backend. */
	static OjsRequest anonymous(OjsTemplate jobs, NewJob job) {
		OjsRequest request = jobs.request(job.type())
			.args(job.args().toArray())
			.queue(job.queue())
			.priority(job.priority())
			.retry((policy) -> policy.withMaxAttempts(job.maxAttempts())
				.withIntervals(NewJob.RETRY_AFTER, NewJob.RETRY_AFTER)
				.withBackoff(BackoffStrategy.NONE, 1)
				.withJitter(false));
		if (job.delayMillis() > 0) {
			request.delay(Duration.ofMillis(job.delayMillis()));
		}
		return request;
	}

	/**
	 * Takes every connection of the pool, as a careless application does.
	 * @param millis for how long
	 * @return how many were taken
	 * @throws SQLException if one cannot be had
	 * @throws InterruptedException if the node stops
	 */
	@PostMapping("/harness/hold-pool")
	Map<String, Object> holdPool(@RequestParam long millis) throws SQLException, InterruptedException {
		int size = this.dataSource.unwrap(HikariDataSource.class).getMaximumPoolSize();
		long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
		List<Connection> held = new ArrayList<>();
		try {
			while (held.size() < size && System.nanoTime() < end) {
				try {
					held.add(this.dataSource.getConnection());
				}
				catch (SQLException ex) {
					// The jobs have the rest for the moment; it is tried again.
				}
			}
			Thread.sleep(Math.max(1, (end - System.nanoTime()) / 1_000_000));
			return Map.of("held", held.size());
		}
		finally {
			for (Connection connection : held) {
				connection.close();
			}
		}
	}

	/**
	 * Tells of the heap.
	 * @return the bytes in use after a full collection
	 */
	@GetMapping("/harness/heap")
	Map<String, Object> heap() {
		System.gc();
		return Map.of("used", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
	}

	/**
	 * Tells of the node.
	 * @return facts
	 */
	@GetMapping("/harness/info")
	Map<String, Object> info() {
		int broken = (this.dataSource instanceof SabotagedDataSource sabotaged) ? sabotaged.broken() : 0;
		return Map.of("pid", ProcessHandle.current().pid(), "broken", broken, "clock-reads", ClockAgent.rewritten());
	}

	/**
	 * Jobs to enqueue in one transaction.
	 *
	 * @param jobs the jobs
	 * @param rollback whether to roll it back in the end
	 */
	record InTransaction(List<NewJob> jobs, boolean rollback) {
	}

	/**
	 * A job to enqueue.
	 *
	 * @param id its id
	 * @param type its type
	 * @param queue its queue
	 * @param args its arguments
	 * @param priority its priority
	 * @param delayMillis how long it has to wait
	 * @param maxAttempts how many attempts it has
	 */
	record NewJob(UUID id, String type, String queue, List<Object> args, int priority, long delayMillis,
			int maxAttempts) {

		static final Duration RETRY_AFTER = Duration.ofMillis(200);

		/** The job as the HTTP API takes it. */
		Map<String, Object> wire() {
			Map<String, Object> json = anonymousWire();
			json.put("id", this.id.toString());
			return json;
		}

		/**
		 * As {@link #wire}, without the id: those of a workflow get theirs from the
		 * backend.
		 */
		Map<String, Object> anonymousWire() {
			Map<String, Object> json = new LinkedHashMap<>();
			json.put("type", this.type);
			json.put("queue", this.queue);
			json.put("args", this.args);
			json.put("priority", this.priority);
			if (this.delayMillis > 0) {
				json.put("delay_until", this.delayMillis + "ms");
			}
			json.put("retry", Map.of("max_attempts", this.maxAttempts, "initial_interval",
					RETRY_AFTER.toMillis() + "ms", "backoff_strategy", "none", "jitter", false));
			return json;
		}

	}

}
