package org.openjobspec.boot.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongSupplier;

import org.jspecify.annotations.Nullable;

/**
 * Where a claim starts to look: below the mark everything was claimed when somebody
 * looked last. Without marks each claim walks again over the index entries of all rows
 * claimed before, which a transaction held open elsewhere keeps from being removed;
 * throughput then falls to a fifth within a minute.
 * <p>
 * A mark is a hint and never the truth: a transaction that took a lower number may commit
 * later. Hence a claim uses a mark that is at least {@link #OVERLAP} old, looks
 * {@link #LOOK_BACK} back every {@link #LOOK_BACK_EVERY}, and the mark is taken back when
 * a job is known to have appeared below it. Whether one has appeared that nobody told of
 * is looked at beside the claims ({@link Claims#lookBelowMarks()}), since that look walks
 * over everything that the mark spares. A lost mark costs time, never a job.
 * <p>
 * Lanes are the priorities seen in a queue. The ranges of a queue cover every priority,
 * also those that no lane is known for, so that the strict order holds for a priority
 * that appears for the first time.
 */
final class ClaimMarks {

	private static final long MILLISECOND = 1_000_000;

	static final long SPACING = 10 * MILLISECOND;

	static final long OVERLAP = 40 * MILLISECOND;

	static final long LOOK_BACK = 1_500 * MILLISECOND;

	static final long LOOK_BACK_EVERY = 250 * MILLISECOND;

	/**
	 * How long it is known what appeared while claims were under way: longer than a claim
	 * should take.
	 */
	static final long MEMORY = 10 * LOOK_BACK;

	private static final int MAX_QUEUES = 10_000;

	private final LongSupplier nanoTime;

	private final Map<String, Queue> queues = new HashMap<>();

	// Counts the looks: what becomes known while a claim is under way has happened after
	// its look.
	private long looks;

	private long lookAtClear;

	ClaimMarks(LongSupplier nanoTime) {
		this.nanoTime = nanoTime;
	}

	/**
	 * The parts of the queues' index to look at, in the order of delivery.
	 * @param names the queues in the order asked for
	 * @return the ranges
	 */
	synchronized Look look(List<String> names) {
		long now = this.nanoTime.getAsLong();
		if (this.queues.size() > MAX_QUEUES) {
			// A client may ask for any name.
			clear();
		}
		List<Range> ranges = new ArrayList<>(names.size() * 2);
		for (String name : names) {
			Queue queue = this.queues.computeIfAbsent(name, key -> new Queue(now));
			queue.addRanges(name, now, ranges);
		}
		return new Look(++this.looks, ranges);
	}

	/**
	 * Notes how far a claim came.
	 * @param look the look that it started with; what has appeared since may lie below
	 * what it claimed, and is not passed over
	 * @param queue the queue
	 * @param rank minus the priority
	 * @param seq the highest number claimed
	 */
	synchronized void advance(Look look, String queue, int rank, long seq) {
		if (look.number() <= this.lookAtClear) {
			return;
		}
		long now = this.nanoTime.getAsLong();
		Lane lane = this.queues.computeIfAbsent(queue, key -> new Queue(now)).lane(rank);
		lane.advance(now, Math.min(seq, lane.lowestSince(look.number()) - 1));
	}

	/**
	 * Notes that a job has appeared, maybe below the mark.
	 * @param queue the queue
	 * @param rank minus the priority
	 * @param seq the job's number
	 */
	synchronized void rewind(String queue, int rank, long seq) {
		Queue known = this.queues.get(queue);
		if (known != null) {
			Lane lane = known.lane(rank);
			lane.appeared(this.nanoTime.getAsLong(), this.looks, seq);
			lane.rewind(seq - 1);
		}
	}

	synchronized void clear() {
		this.queues.clear();
		this.lookAtClear = this.looks;
	}

	/**
	 * What the marks spare.
	 * @return each lane with a mark
	 */
	synchronized List<Depth> depths() {
		List<Depth> depths = new ArrayList<>();
		this.queues.forEach((name, queue) -> queue.lanes.forEach((rank, lane) -> {
			long seq = lane.newest();
			if (seq > 0) {
				depths.add(new Depth(name, rank, seq));
			}
		}));
		return depths;
	}

	/**
	 * The part of a queue's index that a mark spares: of one rank, up to a number.
	 */
	record Depth(String queue, int rank, long seq) {
	}

	/**
	 * Where a claim looks.
	 *
	 * @param number which look it is
	 * @param ranges the parts of the index, in the order of delivery
	 */
	record Look(long number, List<Range> ranges) {
	}

	/**
	 * A part of a queue's index: above (rank, seq) and below another rank.
	 */
	record Range(String queue, int fromRank, long fromSeq, int toRank) {
	}

	private static final class Queue {

		private final TreeMap<Integer, Lane> lanes = new TreeMap<>();

		private long lastLookBack;

		Queue(long now) {
			this.lastLookBack = now;
		}

		Lane lane(int rank) {
			return this.lanes.computeIfAbsent(rank, key -> new Lane());
		}

		void addRanges(String name, long now, List<Range> ranges) {
			long age = OVERLAP;
			if (now - this.lastLookBack >= LOOK_BACK_EVERY) {
				this.lastLookBack = now;
				age = LOOK_BACK;
			}
			int fromRank = Short.MIN_VALUE;
			long fromSeq = 0;
			for (Map.Entry<Integer, Lane> lane : this.lanes.entrySet()) {
				ranges.add(new Range(name, fromRank, fromSeq, lane.getKey()));
				fromRank = lane.getKey();
				fromSeq = lane.getValue().mark(now, age);
			}
			ranges.add(new Range(name, fromRank, fromSeq, Short.MAX_VALUE));
		}

	}

	private static final class Lane {

		private final Deque<Sample> samples = new ArrayDeque<>();

		private final Deque<Appearance> appearances = new ArrayDeque<>();

		// Claims that follow within the spacing share a sample, and its time, so that a
		// sample grows old although claims
		// never pause. The overlap is long enough for both.
		void advance(long now, long seq) {
			Sample last = this.samples.peekLast();
			if (last == null || seq > last.seq()) {
				long time = now;
				if (last != null && now - last.time() < SPACING) {
					this.samples.removeLast();
					time = last.time();
				}
				this.samples.addLast(new Sample(time, seq));
				forget(now);
			}
		}

		// Keeps one sample that is older than the longest look back.
		private void forget(long now) {
			while (this.samples.size() > 2) {
				Sample first = this.samples.removeFirst();
				if (now - this.samples.getFirst().time() < LOOK_BACK) {
					this.samples.addFirst(first);
					break;
				}
			}
		}

		// One for each look that was the latest then.
		void appeared(long now, long look, long seq) {
			while (!this.appearances.isEmpty() && now - this.appearances.getFirst().time() > MEMORY) {
				this.appearances.removeFirst();
			}
			long lowest = seq;
			Appearance last = this.appearances.peekLast();
			if (last != null && last.look() == look) {
				lowest = Math.min(seq, last.seq());
				this.appearances.removeLast();
			}
			this.appearances.addLast(new Appearance(now, look, lowest));
		}

		long lowestSince(long look) {
			long lowest = Long.MAX_VALUE;
			for (Iterator<Appearance> newest = this.appearances.descendingIterator(); newest.hasNext();) {
				Appearance appearance = newest.next();
				if (appearance.look() < look) {
					break;
				}
				lowest = Math.min(lowest, appearance.seq());
			}
			return lowest;
		}

		void rewind(long seq) {
			if (this.samples.stream().anyMatch(sample -> sample.seq() > seq)) {
				long start = this.samples.getFirst().time();
				this.samples.removeIf(sample -> sample.seq() > seq);
				if (this.samples.isEmpty()) {
					this.samples.addLast(new Sample(start, Math.max(0, seq)));
				}
			}
		}

		long newest() {
			Sample last = this.samples.peekLast();
			return (last != null) ? last.seq() : 0;
		}

		long mark(long now, long age) {
			@Nullable Sample newest = null;
			for (Sample sample : this.samples) {
				if (now - sample.time() < age) {
					break;
				}
				newest = sample;
			}
			return (newest != null) ? newest.seq() : 0;
		}

	}

	private record Sample(long time, long seq) {
	}

	private record Appearance(long time, long look, long seq) {
	}

}
