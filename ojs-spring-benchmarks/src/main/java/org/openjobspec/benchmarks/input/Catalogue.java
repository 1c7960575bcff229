package org.openjobspec.benchmarks.input;

import java.util.List;

/**
 * Every endpoint, with correct requests of every form that it takes. What stands after a
 * {@code $} is filled in by {@link Names}.
 */
final class Catalogue {

	static final String SMALL_JOB = """
			{"type": "$type", "args": ["$mark"]}""";

	static final String NAMED_JOB = """
			{"id": "$new", "type": "$type", "args": ["$mark", {"a": [1, 2.5, true, null]}, "é😀"],
			 "queue": "$queue", "priority": 3}""";

	private static final String FULL_JOB = """
			{"id": "$new", "type": "$type", "args": ["$mark", 1], "queue": "$queue", "priority": -5,
			 "meta": {"m": "$mark", "n": 1}, "tags": ["x", "y"], "scheduled_at": "2040-01-01T00:00:00Z",
			 "expires_at": "2041-01-01T00:00:00+01:00", "timeout_ms": 30000, "visibility_timeout_ms": 60000,
			 "retry": {"max_attempts": 3, "initial_interval": "PT1S", "backoff_coefficient": 2.0,
			  "max_interval": "PT1M", "jitter": true, "non_retryable_errors": ["a.b"],
			  "on_exhaustion": "dead_letter", "backoff_strategy": "exponential"},
			 "unique": {"keys": ["type", "queue", "args", "meta"], "meta_keys": ["m"], "period": "PT1H",
			  "states": ["available", "active", "scheduled"], "on_conflict": "reject"},
			 "pending": false, "schema": "https://example.com/schema.json", "x_more": {"m": "$mark"}}""";

	private static final String OPTIONS_JOB = """
			{"type": "$type", "args": ["$mark"], "meta": {"a": 1}, "options": {"queue": "$queue", "priority": 1,
			 "delay_until": "+PT1H", "expires_at": "PT2H", "timeout": 30, "visibility_timeout": "PT1M",
			 "metadata": {"m": "$mark"}, "tags": [],
			 "retry": {"maxAttempts": 1, "onExhaustion": "dead_letter", "initialInterval": "PT1S"},
			 "unique": {"key": ["type", "args"], "on_conflict": "replace"}, "rate_limit": {"key": "a"}}}""";

	private static final String ONE_TRY = """
			{"id": "$new", "type": "$type", "args": ["$mark"], "queue": "$queue",
			 "retry": {"max_attempts": 1, "on_exhaustion": "dead_letter"}}""";

	private static final String PENDING_JOB = """
			{"id": "$new", "type": "$type", "args": [], "queue": "$queue", "pending": true, "meta": {"m": "$mark"}}""";

	private static final String UNIQUE_JOB = """
			{"type": "$type", "args": [{"k": 1.0, "m": "$mark"}], "queue": "$queue",
			 "unique": {"keys": ["args"], "args_keys": ["k"], "on_conflict": "ignore"}}""";

	private static final String BATCH = """
			{"jobs": [{"type": "$type", "args": ["$mark"]}, {"id": "$new", "type": "$type", "args": [],
			 "queue": "$queue", "meta": {"m": "$mark"}}]}""";

	private static final String FETCH = """
			{"queues": ["$queue", "$queue"], "count": 2, "worker_id": "$worker", "visibility_timeout_ms": 600000}""";

	private static final String FETCH_ALIASES = """
			{"queues": ["$queue"], "batch_size": 1, "visibility_timeout": "PT10M"}""";

	private static final String ACK = """
			{"job_id": "$job", "worker_id": "$worker", "result": {"m": "$mark", "n": [1, "é", null]}}""";

	private static final String ACK_SMALL = """
			{"job_id": "$job", "result": "$mark"}""";

	private static final String NACK = """
			{"job_id": "$job", "worker_id": "$worker", "error": {"code": "timeout", "type": "t", "message": "$mark",
			 "retryable": true, "details": {"error_class": "E", "n": 1.5}, "backtrace": ["a", "b"]}}""";

	private static final String NACK_SMALL = """
			{"job_id": "$job", "error": {"code": "timeout", "message": "$mark", "retryable": false}}""";

	private static final String NACK_TEXT = """
			{"job_id": "$job", "error": "$mark"}""";

	private static final String REQUEUE = """
			{"job_id": "$job", "worker_id": "$worker", "requeue": true}""";

	private static final String BEAT = """
			{"worker_id": "$worker", "active_jobs": ["$job", "$job"], "visibility_timeout_ms": 600000,
			 "hostname": "$mark", "pid": 1, "labels": ["a"]}""";

	private static final String BEAT_SMALL = """
			{"worker_id": "$worker", "active_jobs": 2, "active_job_ids": ["$job"]}""";

	static final List<Endpoint> ALL = List.of(
			Endpoint.withBody("enqueue", 26, "/jobs", SMALL_JOB, NAMED_JOB, FULL_JOB, OPTIONS_JOB, ONE_TRY, PENDING_JOB,
					UNIQUE_JOB),
			Endpoint.withBody("enqueue batch", 8, "/jobs/batch", BATCH), Endpoint.of("get", 5, "GET", "/jobs/$job"),
			Endpoint.of("cancel", 3, "DELETE", "/jobs/$job"),
			Endpoint.withOptionalBody("cancel by post", 1, "/jobs/$job/cancel"),
			Endpoint.withOptionalBody("activate", 2, "/jobs/$job/activate", "{}"),
			Endpoint.withBody("fetch", 8, "/workers/fetch", FETCH, FETCH_ALIASES),
			Endpoint.withBody("fetch (jobs)", 3, "/jobs/fetch", FETCH, FETCH_ALIASES),
			Endpoint.withBody("ack", 8, "/workers/ack", ACK, ACK_SMALL),
			Endpoint.withOptionalBody("ack (jobs)", 4, "/jobs/$job/ack", ACK, ACK_SMALL, "{}"),
			Endpoint.withBody("nack", 8, "/workers/nack", NACK, NACK_SMALL, NACK_TEXT, REQUEUE),
			Endpoint.withOptionalBody("nack (jobs)", 4, "/jobs/$job/nack", NACK, NACK_SMALL, NACK_TEXT, REQUEUE),
			Endpoint.withBody("heartbeat", 6, "/workers/heartbeat", BEAT, BEAT_SMALL),
			Endpoint.withBody("beat", 2, "/workers/beat", BEAT, BEAT_SMALL),
			Endpoint.of("queues", 2, "GET", "/queues?limit=20&offset=0"),
			Endpoint.of("queue", 1, "GET", "/queues/$queue"), Endpoint.of("stats", 1, "GET", "/queues/$queue/stats"),
			Endpoint.withOptionalBody("pause", 1, "/queues/$paused/pause", "{}"),
			Endpoint.withOptionalBody("resume", 1, "/queues/$paused/resume", "{}"),
			Endpoint.of("dead letters", 2, "GET", "/dead-letter?limit=10&offset=0&queue=$queue"),
			Endpoint.of("dead letter", 1, "GET", "/dead-letter/$job"),
			Endpoint.withOptionalBody("dead letter retry", 1, "/dead-letter/$job/retry", "{}"),
			Endpoint.of("dead letter delete", 1, "DELETE", "/dead-letter/$job"),
			Endpoint.of("events", 2, "GET", "/events?limit=10&types=job.enqueued,job.started&queues=$queue&after=0-0"),
			Endpoint.of("health", 1, "GET", "/health"), Endpoint.of("manifest", 1, "GET", "/manifest"),
			new Endpoint("ojs manifest", 1, "GET", "/ojs/manifest", true, false, List.of()),
			Endpoint.of("unknown path", 2, "GET", "/nothing/here"),
			new Endpoint("unknown absolute path", 1, "GET", "/nothing", true, false, List.of()));

	private Catalogue() {
	}

}
