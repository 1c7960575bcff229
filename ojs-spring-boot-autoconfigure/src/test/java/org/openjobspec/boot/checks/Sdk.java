package org.openjobspec.boot.checks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The official SDKs: what each sends, as recorded from its own code, and where it looks
 * for the job in an answer. {@code JOB} and {@code WORKER} stand for ids; dates have been
 * moved into the future.
 */
enum Sdk {

	/** JavaScript. */
	JS("node", "1.0", Place.NESTED, Place.NESTED,
			"""
					{"type":"email.send","args":[{"a":1}],"meta":{"k":"v"},"options":{"queue":"js-q","priority":5,"timeout_ms":30000,"expires_at":"2099-01-01T00:00:00Z","tags":["x"],"visibility_timeout_ms":20000,"retry":{"max_attempts":5,"backoff_coefficient":3,"initial_interval":"PT2S","max_interval":"PT1M","jitter":true,"non_retryable_errors":["auth.*"],"on_exhaustion":"dead_letter"}}}""",
			"{\"type\":\"email.send\",\"args\":[{\"a\":1}],\"options\":{\"queue\":\"js-q\",\"delay_until\":\"PT5M\"}}",
			"""
					{"queues":["js-q"],"count":10,"worker_id":"WORKER","visibility_timeout_ms":30000}""",
			"[1,null,\"x\"]",
			"""
					{"job_id":"JOB","error":{"code":"handler_error","message":"boom","retryable":true,"details":{"stack":"Error: boom"}}}""",
			"""
					{"worker_id":"WORKER","state":"running","active_jobs":1,"active_job_ids":["JOB"],"hostname":"h","pid":1,"queues":["js-q"],"concurrency":10,"labels":[]}"""),

	/** Python, which reads nothing that is not called {@code application/json}. */
	PYTHON("python-httpx/0.28.1", "1.0", Place.NESTED, Place.NESTED,
			"""
					{"type":"email.send","args":["a",{"b":1}],"meta":{"k":"v"},"schema":"urn:s","options":{"queue":"py-q","priority":5,"timeout_ms":30000,"expires_at":"2099-01-01T00:00:00Z","retry":{"max_attempts":5,"initial_interval":"PT1S","backoff_coefficient":2.0,"max_interval":"PT5M","jitter":true,"non_retryable_errors":["auth.*"]},"tags":["x"]}}""",
			"""
					{"type":"email.send","args":["a"],"options":{"queue":"py-q","unique":{"key":["type","queue","args"],"period":"PT1H","states":["available","active","scheduled"],"on_conflict":"reject"}}}""",
			"""
					{"queues":["py-q"],"count":1,"visibility_timeout_ms":30000,"worker_id":"WORKER"}""", "\"done\"",
			"""
					{"job_id":"JOB","error":{"code":"handler_error","message":"boom","retryable":true,"details":{"traceback":"Traceback (most recent call last)"}}}""",
			"""
					{"worker_id":"WORKER","active_jobs":["JOB"],"visibility_timeout_ms":30000}"""),

	/** Go, which sends no request id, and a content type only with a body. */
	GO("Go-http-client/1.1", "1.0.0-rc.1", Place.NESTED, Place.NESTED,
			"""
					{"type":"email.send","args":[{"to":"a"}],"meta":{"k":"v"},"options":{"queue":"go-q","priority":5,"timeout_ms":30000,"expires_at":"2099-11-23T17:57:58.914092765Z","retry":{"max_attempts":5,"initial_interval_ms":2000,"backoff_coefficient":3,"max_interval_ms":60000,"non_retryable_errors":["auth.*"]},"tags":["x"],"visibility_timeout_ms":20000}}""",
			"""
					{"type":"email-v2.send","args":[{"to":"a"}],"options":{"queue":"go-q","unique":{"key":["to"],"period_ms":3600000}}}""",
			"""
					{"queues":["go-q"],"count":10,"worker_id":"WORKER"}""", "{\"ok\":true}", """
					{"job_id":"JOB","error":{"code":"handler_error","message":"boom","retryable":true}}""", """
					{"worker_id":"WORKER","state":"running","active_jobs":1,"active_job_ids":["JOB"]}"""),

	/** Java. */
	JAVA("Java-http-client/21.0.4", "1.0", Place.NESTED, Place.BARE,
			"""
					{"type":"email.send","args":[{"to":"a"}],"meta":{"k":"v"},"schema":"urn:s","options":{"queue":"java-q","priority":5,"timeout_ms":30000,"expires_at":"2099-11-23T18:00:51.065338100Z","retry":{"max_attempts":5,"initial_interval_ms":1000,"backoff_coefficient":2.0,"max_interval_ms":300000,"jitter":true,"non_retryable_errors":["auth.*"]},"tags":["x"]}}""",
			"""
					{"type":"email.send","args":[{"_value":1}],"options":{"queue":"java-q","unique":{"key":["_value"],"period_ms":3600000,"on_conflict":"reject"}}}""",
			"""
					{"worker_id":"WORKER","queues":["java-q"],"count":10}""", "42",
			"""
					{"job_id":"JOB","error":{"code":"handler_error","message":"boom","retryable":true,"details":{"error_class":"java.io.IOException"}}}""",
			"""
					{"worker_id":"WORKER","active_jobs":["JOB"]}"""),

	/** Ruby: a flat envelope with an id of its own, and fetches without a worker. */
	RUBY("ojs-ruby/0.4.0 ruby/3.3.8", "1.0", Place.BARE, Place.BARE,
			"""
					{"specversion":"1.0","id":"01a20a00-0000-7000-8000-000000000001","type":"email.send","queue":"rb-q","args":[{"to":"a"}],"meta":{"k":"v"},"priority":5,"timeout":30,"expires_at":"2099-01-01T00:00:00Z","retry":{"max_attempts":5,"initial_interval":"PT2S","on_exhaustion":"dead_letter"},"schema":"urn:s"}""",
			"""
					{"specversion":"1.0","id":"01a20a00-0000-7000-8000-000000000002","type":"email.send","queue":"rb-q","args":[{"to":"a"}],"retry":{"initial_interval":"5m"},"unique":{"keys":["type","args"],"args_keys":["to"],"period":"1h"}}""",
			"""
					{"queues":["rb-q"],"batch_size":5}""", "{\"sent\":[1,2]}",
			"""
					{"job_id":"JOB","error":{"code":"handler_error","message":"boom","retryable":true,"details":{"error_class":"RuntimeError","backtrace":["a.rb:1","b.rb:2"]}}}""",
			"""
					{"worker_id":"WORKER","active_jobs":["JOB"]}"""),

	/** Rust: strict types; nested when enqueueing, bare otherwise. */
	RUST(null, "1.0", Place.NESTED, Place.BARE,
			"""
					{"type":"email.send","args":[{"to":"a"}],"meta":{"k":"v"},"schema":"urn:s","options":{"queue":"rs-q","priority":5,"timeout_ms":30000,"expires_at":"2099-01-01T00:00:00.123456789Z","retry":{"max_attempts":5,"initial_interval":"PT1S","backoff_coefficient":2.0,"max_interval":"PT5M","jitter":true,"non_retryable_errors":["auth.*"],"on_exhaustion":"discard"},"tags":["x"]}}""",
			"""
					{"type":"email.send","args":[{"to":"a"}],"options":{"queue":"rs-q","unique":{"keys":["type","args"],"args_keys":["to"],"period":"PT1H","states":["available","active"],"on_conflict":"reject"}}}""",
			"""
					{"queues":["rs-q"],"count":10,"worker_id":"WORKER"}""", "[]", """
					{"job_id":"JOB","error":{"code":"handler_error","message":"boom","retryable":true}}""", """
					{"worker_id":"WORKER","active_jobs":["JOB"]}""");

	/** Where an SDK looks for a single object. */
	enum Place {

		/** Under its name. */
		NESTED,

		/** In the body itself. */
		BARE

	}

	private static final Set<String> SILENT_WITHOUT_BODY = Set.of("GO");

	private final @Nullable String userAgent;

	private final String version;

	private final Place enqueued;

	private final Place read;

	private final String job;

	private final String secondJob;

	private final String fetch;

	private final String result;

	private final String nack;

	private final String heartbeat;

	Sdk(@Nullable String userAgent, String version, Place enqueued, Place read, String job, String secondJob,
			String fetch, String result, String nack, String heartbeat) {
		this.userAgent = userAgent;
		this.version = version;
		this.enqueued = enqueued;
		this.read = read;
		this.job = job;
		this.secondJob = secondJob;
		this.fetch = fetch;
		this.result = result;
		this.nack = nack;
		this.heartbeat = heartbeat;
	}

	String[] headers(boolean withBody) {
		List<String> headers = new ArrayList<>(
				Arrays.asList("Accept", "application/openjobspec+json", "OJS-Version", this.version));
		if (this.userAgent != null) {
			headers.addAll(List.of("User-Agent", this.userAgent));
		}
		if (withBody || !SILENT_WITHOUT_BODY.contains(name())) {
			headers.addAll(List.of("Content-Type", "application/openjobspec+json"));
		}
		if (this != GO) {
			headers.addAll(List.of("X-Request-ID", "0d8ff2a8-3f3e-4f0e-9f0d-" + "%012d".formatted(ordinal())));
		}
		return headers.toArray(String[]::new);
	}

	String contentType() {
		return (this == PYTHON) ? "application/json" : "application/openjobspec+json";
	}

	Place enqueued() {
		return this.enqueued;
	}

	Place read() {
		return this.read;
	}

	String job() {
		return this.job;
	}

	String secondJob() {
		return this.secondJob;
	}

	String queue() {
		return this.fetch.replaceAll(".*\"queues\":\\[\"([a-z-]+)\"].*", "$1");
	}

	/** The body of an empty POST. */
	@Nullable String emptyPost() {
		return (this == JAVA) ? "{}" : null;
	}

	String fetch() {
		return this.fetch.replace("WORKER", worker());
	}

	String ack(String id) {
		return "{\"job_id\":\"" + id + "\",\"result\":" + this.result + "}";
	}

	String result() {
		return this.result;
	}

	String nack(String id) {
		return this.nack.replace("JOB", id);
	}

	String heartbeat(String id) {
		return this.heartbeat.replace("JOB", id).replace("WORKER", worker());
	}

	private String worker() {
		return "worker-" + ordinal();
	}

}
