package org.openjobspec.benchmarks.speed;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

import org.HdrHistogram.Histogram;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * The closed loop of one connection, and what it has measured.
 */
final class LoadConnection implements AutoCloseable {

	/** What an idle fetch may last before the load is given up. */
	private static final long PATIENCE_NANOS = 10_000_000_000L;

	private static final long MAX_MICROS = 120_000_000;

	private final LoadPlan plan;

	private final String worker;

	private final HttpConnection http;

	private final byte[] enqueue;

	private final Map<Kind, Histogram> latencies = new EnumMap<>(Kind.class);

	private long from;

	private long to;

	private long jobs;

	private long emptyFetches;

	LoadConnection(LoadPlan plan, int number) {
		this.plan = plan;
		this.worker = "load-" + number;
		this.http = new HttpConnection(URI.create(plan.url()));
		String job = """
				{"type":"bench.load","queue":"%s","args":["user-%d@example.com","welcome",%d]}"""
			.formatted(plan.queue(), number, number);
		String text = (plan.batch() == 1) ? job
				: "{\"jobs\":[" + String.join(",", Collections.nCopies(plan.batch(), job)) + "]}";
		this.enqueue = text.getBytes(StandardCharsets.UTF_8);
		for (Kind kind : Kind.values()) {
			this.latencies.put(kind, new Histogram(MAX_MICROS, 3));
		}
	}

	/** What is measured. */
	enum Kind {

		/** A request that enqueues. */
		ENQUEUE,

		/** A request that fetches. */
		FETCH,

		/** A request that acknowledges. */
		ACK,

		/** All requests that jobs need from their enqueue to their acknowledgement. */
		TRIP

	}

	/**
	 * Loads the server.
	 * @param measuredFrom a {@link System#nanoTime()}; what ended earlier does not count
	 * @param measuredTo a {@link System#nanoTime()}; what ends later does not count
	 * @param stopped whether to end early
	 * @throws IOException if a request fails
	 */
	void run(long measuredFrom, long measuredTo, BooleanSupplier stopped) throws IOException {
		this.from = measuredFrom;
		this.to = measuredTo;
		while (System.nanoTime() - measuredTo < 0 && !stopped.getAsBoolean()) {
			long start = System.nanoTime();
			timed(Kind.ENQUEUE, (this.plan.batch() == 1) ? "/jobs" : "/jobs/batch", this.enqueue);
			if (this.plan.roundTrip()) {
				fetchAndAcknowledge(stopped);
				measure(Kind.TRIP, start, System.nanoTime());
			}
			else if (measured(System.nanoTime())) {
				this.jobs += this.plan.batch();
			}
		}
	}

	// Connections share a queue, so these need not be the jobs that this one has
	// enqueued; as each takes as many as it has put in, none is left over.
	private void fetchAndAcknowledge(BooleanSupplier stopped) throws IOException {
		int left = this.plan.batch();
		long start = System.nanoTime();
		while (left > 0 && !stopped.getAsBoolean()) {
			byte[] fetched = timed(Kind.FETCH, "/workers/fetch",
					bytes("{\"queues\":[\"%s\"],\"count\":%d,\"worker_id\":\"%s\"}".formatted(this.plan.queue(), left,
							this.worker)));
			List<String> ids = jobIds(fetched);
			if (ids.isEmpty()) {
				if (measured(System.nanoTime())) {
					this.emptyFetches++;
				}
				if (System.nanoTime() - start > PATIENCE_NANOS) {
					throw new IOException("The server does not deliver the jobs that it has accepted");
				}
			}
			for (String id : ids) {
				timed(Kind.ACK, "/workers/ack",
						bytes("{\"job_id\":\"%s\",\"worker_id\":\"%s\",\"result\":{\"ok\":true}}".formatted(id,
								this.worker)));
				if (measured(System.nanoTime())) {
					this.jobs++;
				}
			}
			left -= ids.size();
		}
	}

	private static byte[] bytes(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private byte[] timed(Kind kind, String path, byte[] body) throws IOException {
		long start = System.nanoTime();
		byte[] answer = this.http.post(path, body);
		measure(kind, start, System.nanoTime());
		return answer;
	}

	private boolean measured(long at) {
		return at - this.from >= 0 && at - this.to < 0;
	}

	private void measure(Kind kind, long start, long end) {
		if (measured(end)) {
			histogram(kind).recordValue(Math.min(MAX_MICROS, (end - start) / 1000));
		}
	}

	/**
	 * Finds the ids of fetched jobs: the member {@code id} of each element of
	 * {@code jobs}, and of nothing deeper.
	 */
	static List<String> jobIds(byte[] fetched) {
		List<String> ids = new ArrayList<>();
		try (JsonParser parser = JsonMapper.shared().createParser(fetched)) {
			require(parser.nextToken() == JsonToken.START_OBJECT, fetched);
			while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
				boolean jobs = "jobs".equals(parser.currentName());
				JsonToken value = parser.nextToken();
				if (jobs && value == JsonToken.START_ARRAY) {
					while (parser.nextToken() == JsonToken.START_OBJECT) {
						ids.add(jobId(parser, fetched));
					}
				}
				else {
					parser.skipChildren();
				}
			}
		}
		return ids;
	}

	private static String jobId(JsonParser parser, byte[] fetched) {
		String id = "";
		while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
			boolean isId = "id".equals(parser.currentName());
			JsonToken value = parser.nextToken();
			if (isId && value == JsonToken.VALUE_STRING) {
				id = parser.getString();
			}
			else {
				parser.skipChildren();
			}
		}
		require(!id.isEmpty(), fetched);
		return id;
	}

	private static void require(boolean condition, byte[] fetched) {
		if (!condition) {
			throw new IllegalStateException("Not an answer to a fetch: " + new String(fetched, StandardCharsets.UTF_8));
		}
	}

	Histogram histogram(Kind kind) {
		Histogram histogram = this.latencies.get(kind);
		if (histogram == null) {
			throw new IllegalArgumentException(kind.name());
		}
		return histogram;
	}

	long jobs() {
		return this.jobs;
	}

	long emptyFetches() {
		return this.emptyFetches;
	}

	long reconnects() {
		return Math.max(0, this.http.opened() - 1);
	}

	@Override
	public void close() throws IOException {
		this.http.close();
	}

}
