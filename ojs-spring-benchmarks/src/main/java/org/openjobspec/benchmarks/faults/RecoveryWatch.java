package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;

/**
 * Measures how long it takes until work goes on: every job that a victim held runs again
 * elsewhere, or has been ended by its holder after all, and jobs complete at their usual
 * rate.
 */
final class RecoveryWatch {

	private static final Duration STEP = Duration.ofMillis(100);

	private static final Duration WINDOW = Duration.ofMillis(500);

	private static final Duration BASE = Duration.ofSeconds(4);

	private static final Duration LIMIT = Duration.ofSeconds(90);

	/** Below this share of the usual rate work does not go on. */
	private static final double SHARE = 0.6;

	private final Cluster cluster;

	private final double usual;

	private @Nullable CompletableFuture<Optional<Duration>> measured;

	RecoveryWatch(Cluster cluster) {
		this.cluster = cluster;
		this.usual = rate(cluster);
	}

	/** Jobs per second that complete at the moment. */
	static double rate(Cluster cluster) {
		return completed(cluster, BASE) / (double) BASE.toSeconds();
	}

	/** Jobs per second before the fault. */
	double usual() {
		return this.usual;
	}

	/**
	 * Starts to measure.
	 * @param since the moment from which to count
	 * @param victims the nodes that held the jobs; none for every worker there is
	 */
	void from(Instant since, List<NodeProcess> victims) {
		List<String> workers = victims.isEmpty() ? List.of("%")
				: victims.stream().map((node) -> "%-" + node.pid() + "-%").toList();
		this.measured = CompletableFuture.supplyAsync(() -> measure(since, workers), (work) -> {
			Thread thread = new Thread(work, "recovery");
			thread.setDaemon(true);
			thread.start();
		});
	}

	/**
	 * Waits for the measurement.
	 * @return how long it took; nothing when it took too long to wait for
	 */
	Optional<Duration> await() {
		if (this.measured == null) {
			throw new IllegalStateException("The fault has not said from when to measure");
		}
		return this.measured.join();
	}

	private Optional<Duration> measure(Instant since, List<String> workers) {
		List<Held> held = null;
		Instant last = since;
		Instant usualAgain = null;
		while (Instant.now().isBefore(since.plus(LIMIT))) {
			try {
				held = (held != null) ? held : held(workers);
				List<Held> waiting = waiting(held);
				if (waiting.size() < held.size() && tookOver(held, waiting)) {
					last = Instant.now();
				}
				held = waiting;
				if (usualAgain == null && Instant.now().isAfter(since.plus(WINDOW))
						&& completed(this.cluster, WINDOW) >= this.usual * SHARE * WINDOW.toMillis() / 1000) {
					usualAgain = Instant.now();
				}
				if (held.isEmpty() && usualAgain != null) {
					Instant end = usualAgain.isAfter(last) ? usualAgain : last;
					return Optional.of(Duration.between(since, end));
				}
			}
			catch (DataAccessException ex) {
				// The database is the victim.
			}
			Pause.of(STEP);
		}
		return Optional.empty();
	}

	private List<Held> held(List<String> workers) {
		return this.cluster.jdbc()
			.sql("SELECT job_id, worker, attempt FROM ojs.ready WHERE worker LIKE ANY (string_to_array(:workers, ','))")
			.param("workers", String.join(",", workers))
			.query((row, number) -> new Held(row.getObject(1, UUID.class), row.getString(2), row.getInt(3)))
			.list();
	}

	private List<Held> waiting(List<Held> held) {
		List<Held> waiting = new ArrayList<>();
		for (Held one : held) {
			boolean waits = this.cluster.jdbc()
				.sql("""
						SELECT count(*) FROM ojs.ready
						WHERE job_id = :job AND (worker IS NULL OR (worker = :worker AND attempt = :attempt))
						""")
				.param("job", one.job())
				.param("worker", one.worker())
				.param("attempt", one.attempt())
				.query(Integer.class)
				.single() > 0;
			if (waits) {
				waiting.add(one);
			}
		}
		return waiting;
	}

	// What its holder has ended by itself did not have to be taken over.
	private boolean tookOver(List<Held> before, List<Held> after) {
		List<Held> gone = new ArrayList<>(before);
		gone.removeAll(after);
		return gone.stream()
			.anyMatch((one) -> this.cluster.jdbc()
				.sql("""
						SELECT (SELECT count(*) FROM ojs.outcome
						        WHERE job_id = :job AND worker = :worker AND attempt = :attempt)
						     + (SELECT count(*) FROM ojs.failure
						        WHERE job_id = :job AND attempt = :attempt AND error NOT LIKE '%"worker_lost"%'
						          AND error NOT LIKE '%"visibility_timeout"%')
						""")
				.param("job", one.job())
				.param("worker", one.worker())
				.param("attempt", one.attempt())
				.query(Integer.class)
				.single() == 0);
	}

	private static int completed(Cluster cluster, Duration within) {
		return cluster.jdbc().sql("""
				SELECT count(*) FROM ojs.outcome
				WHERE state = 4 AND finished_at > clock_timestamp() - :ms * interval '1 millisecond'
				""").param("ms", within.toMillis()).query(Integer.class).single();
	}

	private record Held(UUID job, String worker, int attempt) {
	}

}
