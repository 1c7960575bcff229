package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.UUID;

import org.openjobspec.benchmarks.faults.Deliveries.Delivery;
import org.openjobspec.benchmarks.faults.Deliveries.Fetch;
import org.openjobspec.benchmarks.faults.Violation.Rule;

/**
 * One producer enqueues job after job, one consumer fetches them: whatever was
 * acknowledged before a fetch was sent must come before what is behind it in the queue's
 * order. A job that a fetch without an answer had claimed by then is not concerned, and a
 * repeated attempt has lost its place.
 */
final class OrderCheck {

	private static final Comparator<Promise> ORDER = Comparator.comparingInt((Promise promise) -> -promise.priority())
		.thenComparingLong(Promise::number);

	private final Deque<Promise> enqueued;

	private final Map<UUID, Instant> claims;

	private final Map<UUID, Promise> unseen = new HashMap<>();

	private final TreeSet<Promise> visible = new TreeSet<>(ORDER);

	private final List<Violation> violations = new ArrayList<>();

	private OrderCheck(Collection<Promise> promises, Map<UUID, Instant> claims) {
		this.claims = claims;
		this.enqueued = new ArrayDeque<>(promises.stream()
			.filter((promise) -> promise.kind() == Kind.ORDERED && promise.acknowledgedAt() != null)
			.sorted(Comparator.comparingLong(Promise::number))
			.toList());
		this.enqueued.forEach((promise) -> this.unseen.put(promise.id(), promise));
	}

	/**
	 * Checks.
	 * @param promises what was enqueued
	 * @param deliveries what was delivered, in order
	 * @param claims when each job was claimed for the first time
	 * @return what was out of order
	 */
	static List<Violation> check(Collection<Promise> promises, Deliveries deliveries, Map<UUID, Instant> claims) {
		OrderCheck check = new OrderCheck(promises, claims);
		deliveries.all().forEach(check::fetch);
		return check.violations;
	}

	private void fetch(Fetch fetch) {
		while (!this.enqueued.isEmpty() && acknowledgedAt(this.enqueued.getFirst()).isBefore(fetch.sentAt())) {
			Promise promise = this.enqueued.removeFirst();
			if (this.unseen.containsKey(promise.id())) {
				this.visible.add(promise);
			}
		}
		for (Delivery delivery : fetch.jobs()) {
			Promise delivered = this.unseen.remove(delivery.job());
			if (delivered != null) {
				this.visible.remove(delivered);
				if (delivery.attempt() == 1) {
					compare(delivered, fetch);
				}
			}
		}
	}

	private static Instant acknowledgedAt(Promise promise) {
		return Objects.requireNonNull(promise.acknowledgedAt());
	}

	private void compare(Promise delivered, Fetch fetch) {
		for (Promise overtaken : List.copyOf(this.visible.headSet(delivered))) {
			this.visible.remove(overtaken);
			Instant claimed = this.claims.get(overtaken.id());
			boolean inThisFetch = fetch.jobs().stream().anyMatch((delivery) -> delivery.job().equals(overtaken.id()));
			if (inThisFetch || claimed == null || claimed.isAfter(fetch.answeredAt())) {
				this.violations.add(new Violation(Rule.ORDER, overtaken.id(),
						"Number %d with priority %d was delivered by the fetch of %s before number %d with priority %d"
							.formatted(delivered.number(), delivered.priority(), fetch.sentAt(), overtaken.number(),
									overtaken.priority()),
						List.of("overtaken: " + overtaken, "claimed:   " + claimed, "delivered: " + delivered)));
			}
		}
	}

}
