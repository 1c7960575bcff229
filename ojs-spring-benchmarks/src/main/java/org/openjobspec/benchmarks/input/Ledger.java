package org.openjobspec.benchmarks.input;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What was sent and what was answered, as far as it must be known in the end.
 */
final class Ledger {

	/** How many violations are kept that say the same. */
	private static final int KEPT = 3;

	/** Statuses that depend on the request alone. */
	private static final Set<Integer> STATELESS = Set.of(400, 405, 413, 415, 422);

	private final AtomicLongArray accepted;

	private final Set<UUID> jobs = ConcurrentHashMap.newKeySet();

	private final Set<UUID> deleted = ConcurrentHashMap.newKeySet();

	private final Map<Count, LongAdder> counts = new ConcurrentHashMap<>();

	private final Queue<Violation> violations = new ConcurrentLinkedQueue<>();

	private final Map<String, AtomicInteger> alike = new ConcurrentHashMap<>();

	private final LongAdder cut = new LongAdder();

	private final AtomicLong violated = new AtomicLong();

	private final Queue<Long> refused = new ConcurrentLinkedQueue<>();

	Ledger(long requests) {
		this.accepted = new AtomicLongArray((int) (requests / 64 + 1));
	}

	void record(Request request, @Nullable Answer answer) {
		int status = (answer != null) ? answer.status() : Count.CLOSED;
		this.counts
			.computeIfAbsent(new Count(request.endpoint(), request.family(), request.ours(), status),
					(count) -> new LongAdder())
			.increment();
		if (answer == null) {
			return;
		}
		if (answer.cut()) {
			this.cut.increment();
		}
		if (answer.isSuccess()) {
			this.accepted.accumulateAndGet((int) (request.index() / 64), 1L << (request.index() % 64),
					(before, bit) -> before | bit);
			jobs(answer);
		}
		else if (request.ours() && STATELESS.contains(status)) {
			this.refused.add(request.index());
		}
	}

	private void jobs(Answer answer) {
		boolean created = answer.status() == 201;
		if (!created && (answer.body().length > 200 || !answer.text().contains("\"deleted\":true"))) {
			return;
		}
		JsonNode body = JsonMapper.shared().readTree(answer.text());
		if (!created) {
			this.deleted.add(UUID.fromString(body.path("id").asString("")));
		}
		else if (body.path("jobs").isArray()) {
			body.path("jobs").forEach((job) -> this.jobs.add(UUID.fromString(job.path("id").asString(""))));
		}
		else {
			this.jobs.add(UUID.fromString(body.path("id").asString("")));
		}
	}

	/**
	 * Whether a request was answered with success.
	 * @param index its number
	 * @return whether what it asked for may be in the database
	 */
	boolean isAccepted(long index) {
		return index >= 0 && index / 64 < this.accepted.length()
				&& (this.accepted.get((int) (index / 64)) & (1L << (index % 64))) != 0;
	}

	/**
	 * The jobs that must be there: whose creation was answered, and not their deletion.
	 * @return their ids
	 */
	Set<UUID> jobs() {
		Set<UUID> present = ConcurrentHashMap.newKeySet();
		present.addAll(this.jobs);
		present.removeAll(this.deleted);
		return present;
	}

	/**
	 * Takes out requests that will be refused whenever they are sent.
	 * @param most how many at most; the others are forgotten
	 * @return their numbers
	 */
	List<Long> takeRefused(int most) {
		List<Long> taken = this.refused.stream().limit(most).toList();
		this.refused.clear();
		return taken;
	}

	void violation(Violation violation) {
		this.violated.incrementAndGet();
		if (this.alike.computeIfAbsent(violation.what(), (what) -> new AtomicInteger()).incrementAndGet() <= KEPT) {
			this.violations.add(violation);
		}
	}

	/**
	 * How many answers were cut short by a reset of the connection, four times in a row.
	 * @return the number
	 */
	long cut() {
		return this.cut.sum();
	}

	Queue<Violation> violations() {
		return this.violations;
	}

	long violated() {
		return this.violated.get();
	}

	Map<Count, LongAdder> counts() {
		return this.counts;
	}

	/**
	 * What is counted.
	 *
	 * @param endpoint the endpoint
	 * @param family how the request was spoilt
	 * @param ours whether its path was one of ours
	 * @param status the status, 0 if the answer was a body alone, {@link #CLOSED}
	 */
	record Count(String endpoint, Family family, boolean ours, int status) {

		/** The connection was closed without an answer. */
		static final int CLOSED = -1;

	}

}
