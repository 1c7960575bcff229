package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What the only consumer of a queue was given, fetch by fetch.
 */
final class Deliveries {

	private final List<Fetch> fetches = new ArrayList<>();

	synchronized void add(Fetch fetch) {
		this.fetches.add(fetch);
	}

	synchronized List<Fetch> all() {
		return List.copyOf(this.fetches);
	}

	/**
	 * One fetch.
	 *
	 * @param sentAt when it was sent
	 * @param answeredAt when it was answered
	 * @param jobs the jobs in the order of the answer
	 */
	record Fetch(Instant sentAt, Instant answeredAt, List<Delivery> jobs) {
	}

	/**
	 * A job in an answer.
	 *
	 * @param job the job
	 * @param attempt its attempt
	 */
	record Delivery(UUID job, int attempt) {
	}

}
