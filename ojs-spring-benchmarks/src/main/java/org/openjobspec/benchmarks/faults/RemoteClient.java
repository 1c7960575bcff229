package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.openjobspec.benchmarks.faults.Run.Result;
import tools.jackson.databind.JsonNode;

import org.springframework.dao.DataAccessException;

/**
 * What remote workers have in common: the protocol, and writing down what they do.
 */
final class RemoteClient {

	/** How long a report is repeated. */
	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Cluster cluster;

	RemoteClient(Cluster cluster) {
		this.cluster = cluster;
	}

	/**
	 * A job that was fetched.
	 *
	 * @param id the job
	 * @param attempt its attempt
	 * @param args its arguments
	 */
	record Fetched(UUID id, int attempt, JsonNode args) {
	}

	List<Fetched> fetch(String queue, String worker, int count, Duration lease, Duration patience) throws IOException {
		Map<String, Object> body = Map.of("queues", List.of(queue), "worker_id", worker, "count", count,
				"visibility_timeout_ms", lease.toMillis());
		Http.Reply reply = this.cluster.post("/ojs/v1/workers/fetch", body, patience);
		if (!reply.succeeded()) {
			throw new IOException("The fetch was answered with " + reply.status());
		}
		List<Fetched> jobs = new ArrayList<>();
		for (JsonNode job : reply.body().path("jobs")) {
			jobs.add(new Fetched(UUID.fromString(job.path("id").asString()), job.path("attempt").asInt(),
					job.path("args")));
		}
		return jobs;
	}

	void heartbeat(String worker, List<UUID> jobs, Duration lease) throws IOException {
		this.cluster.post(
				"/ojs/v1/workers/heartbeat", Map.of("worker_id", worker, "active_jobs",
						jobs.stream().map(UUID::toString).toList(), "visibility_timeout_ms", lease.toMillis()),
				Duration.ZERO);
	}

	/** Writes down that a job starts, however long it takes. */
	long started(Fetched job, String worker) {
		while (true) {
			try {
				return this.cluster.recorder().started(job.id(), job.attempt(), worker);
			}
			catch (DataAccessException ex) {
				Pause.of(Duration.ofMillis(100));
			}
		}
	}

	/**
	 * Reports that a job has succeeded or failed, until an answer comes.
	 * @param run the number of the run
	 * @param job the job
	 * @param worker who ran it
	 * @param failed whether it has failed
	 */
	void report(long run, Fetched job, String worker, boolean failed) {
		// The moment before the report is sent: it may be taken long before its answer
		// comes.
		Instant end = Instant.now();
		this.cluster.recorder().ended(run, end, failed ? Result.FAILED : Result.UNANSWERED);
		Map<String, Object> body = new LinkedHashMap<>();
		body.put("job_id", job.id().toString());
		body.put("worker_id", worker);
		if (failed) {
			body.put("error", Map.of("code", "handler_error", "message", "fails by intention"));
		}
		Result result = send(failed ? "/ojs/v1/workers/nack" : "/ojs/v1/workers/ack", body);
		if (!failed) {
			this.cluster.recorder().ended(run, end, result);
		}
	}

	// So that a refusal that turns out to be wrong can be told from one that is right.
	private void note(Map<String, Object> body, Http.Reply reply) {
		try {
			Files.writeString(this.cluster.settings().directory().resolve("refusals.log"),
					"%s %s -> %d %s%n".formatted(Instant.now(), body, reply.status(), reply.body()),
					StandardOpenOption.CREATE, StandardOpenOption.APPEND);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private Result send(String path, Map<String, Object> body) {
		long end = System.nanoTime() + PATIENCE.toNanos();
		boolean repeated = false;
		while (System.nanoTime() < end) {
			try {
				Http.Reply reply = this.cluster.post(path, body, Duration.ZERO);
				if (reply.succeeded()) {
					return Result.ACKNOWLEDGED;
				}
				if (!reply.mayBeRepeated()) {
					note(body, reply);
					// The first one may have been taken, and only its answer be lost.
					return repeated ? Result.UNANSWERED : Result.REFUSED;
				}
			}
			catch (IOException ex) {
				// Asked again, of another node.
			}
			repeated = true;
			Pause.of(Duration.ofMillis(100));
		}
		return Result.UNANSWERED;
	}

}
