package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Disturbance.Cause;

/**
 * What has happened to the cluster so far.
 */
final class Disturbances {

	/** How far back a crash may undo commits that did not wait for the disk. */
	private static final Duration UNDONE = Duration.ofSeconds(2);

	/** What may cost a node its jobs. */
	private static final Set<Cause> EXPLAINING = EnumSet
		.complementOf(EnumSet.of(Cause.POOL_EXHAUSTED, Cause.NODE_SLOWED));

	/** What keeps a node from answering a remote worker. */
	private static final Set<Cause> HINDERING = EnumSet
		.complementOf(EnumSet.of(Cause.DATABASE_CRASHED, Cause.WORKER_SILENT, Cause.NODE_SLOWED));

	/** What keeps a handler from a connection. */
	private static final Set<Cause> DISCONNECTING = EnumSet.of(Cause.NODE_STALLED, Cause.NODE_SLOWED,
			Cause.POOL_EXHAUSTED, Cause.DATABASE_AWAY, Cause.MACHINE_STALLED);

	private final List<Disturbance> all = new CopyOnWriteArrayList<>();

	void add(Cause cause, @Nullable String node, Instant from, Instant to) {
		this.all.add(new Disturbance(cause, node, from, to));
	}

	void databaseAway(Instant from, Instant to) {
		add(Cause.DATABASE_AWAY, null, from, to);
	}

	void databaseCrashed(Instant at, Instant back) {
		databaseAway(at, back);
		add(Cause.DATABASE_CRASHED, null, at.minus(UNDONE), at);
	}

	/** Whether a crash of the server may have undone a claim of that time. */
	boolean undone(Instant from, Instant to) {
		return any(from, to, EnumSet.of(Cause.DATABASE_CRASHED));
	}

	boolean databaseAwayWithin(Instant from, Instant to) {
		return any(from, to, EnumSet.of(Cause.DATABASE_AWAY));
	}

	private boolean any(Instant from, Instant to, Set<Cause> causes) {
		return this.all.stream().anyMatch((one) -> causes.contains(one.cause()) && one.meets(from, to));
	}

	/** Whether anything explains that an execution on a node was not the last. */
	boolean explains(String node, Instant from, Instant to) {
		return this.all.stream()
			.anyMatch((one) -> EXPLAINING.contains(one.cause()) && one.concerns(node) && one.meets(from, to));
	}

	/** Whether a node or the database kept a remote worker waiting. */
	boolean hindered(Instant from, Instant to) {
		return any(from, to, HINDERING);
	}

	/** Whether a node's handlers may have had no connection for long enough to fail. */
	boolean disconnected(Instant from, Instant to) {
		return any(from, to, DISCONNECTING);
	}

	/**
	 * Until when anything kept a node from looking what is due.
	 * @param from since when to look
	 * @param to until when to look
	 * @return the last such moment; nothing if nothing happened
	 */
	Optional<Instant> disturbedUntil(Instant from, Instant to) {
		return this.all.stream()
			.filter((one) -> one.cause() != Cause.WORKER_SILENT && one.meets(from, to))
			.map((one) -> one.to().isBefore(to) ? one.to() : to)
			.max(Comparator.naturalOrder());
	}

	/** How often something stood still for a lease while no fault was going on. */
	long unplanned() {
		return this.all.stream().filter((one) -> one.cause().unplanned() && !duringFault(one)).count();
	}

	private boolean duringFault(Disturbance silence) {
		return this.all.stream().anyMatch((one) -> !one.cause().unplanned() && one.meets(silence.from(), silence.to()));
	}

}
