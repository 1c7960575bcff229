package org.openjobspec.boot.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.openjobspec.boot.engine.AttemptListener;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;

/**
 * Counts the transitions that this node makes, on behalf of whomever, and times attempts.
 * Each transition is counted by one node, after its commit, so the sum over all nodes is
 * what the database has. Everything is tagged with queue and type, and nothing with a
 * job's id.
 */
public final class OjsMetrics implements MeterBinder, AttemptListener {

	/**
	 * How many pairs of queue and type are told apart; a client may send any number of
	 * them, and a meter never goes away. All others are counted as {@value #OTHER}.
	 */
	static final int MAX_TAGS = 1000;

	static final String OTHER = "other";

	private static final String DURATION = "ojs.job.duration";

	private static final String QUEUE_TIME = "ojs.job.queue_time";

	private static final Map<String, Count> COUNTED = Map.of(JobEvent.ENQUEUED,
			new Count("enqueued", "Jobs that have become available"), JobEvent.SCHEDULED,
			new Count("scheduled", "Jobs that were accepted for later"), JobEvent.COMPLETED,
			new Count("completed", "Jobs that have completed"), JobEvent.FAILED,
			new Count("failed", "Attempts that have failed"), JobEvent.RETRYING,
			new Count("retried", "Failed attempts that another one follows after a while"), JobEvent.DISCARDED,
			new Count("discarded", "Jobs that have failed for good"), JobEvent.CANCELLED,
			new Count("cancelled", "Jobs that were cancelled"), JobEvent.EXPIRED,
			new Count("expired", "Jobs whose time ran out before they started"), JobEvent.DEAD_LETTER_RETRIED,
			new Count("revived", "Jobs that were taken out of the dead letter for new attempts"));

	private final List<Meters> bound = new CopyOnWriteArrayList<>();

	/**
	 * Creates meters that are bound to no registry yet, and count nothing until they are.
	 */
	public OjsMetrics() {
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		this.bound.add(new Meters(registry));
	}

	/**
	 * Counts a transition.
	 * @param event the event that reports it
	 */
	public void transition(JobEvent event) {
		Count count = COUNTED.get(event.type());
		String queue = event.queue();
		String type = event.jobType();
		if (count != null && queue != null && type != null) {
			for (Meters meters : this.bound) {
				meters.counter(count, queue, type).increment();
			}
		}
	}

	/**
	 * Records for how long the job was available until it was claimed.
	 */
	@Override
	public void claimed(Job job) {
		Instant available = job.enqueuedAt();
		Instant started = job.startedAt();
		if (available != null && started != null) {
			Duration waited = Duration.between(available, started);
			for (Meters meters : this.bound) {
				meters.queueTime(job.queue(), job.type()).record(waited);
			}
		}
	}

	/**
	 * Records the attempt of a remote worker.
	 */
	@Override
	public void reported(Job job, boolean completed, Duration duration) {
		attempt(job.queue(), job.type(), completed ? "completed" : "failed", duration);
	}

	/**
	 * Records an attempt that has ended.
	 * @param queue the job's queue
	 * @param type the job's type
	 * @param outcome how it ended, one of few words
	 * @param duration how long it took
	 */
	public void attempt(String queue, String type, String outcome, Duration duration) {
		for (Meters meters : this.bound) {
			meters.duration(outcome, queue, type).record(duration);
		}
	}

	/**
	 * A counter.
	 *
	 * @param name the end of its name
	 * @param description what it counts
	 */
	private record Count(String name, String description) {

	}

	private record Tags(String queue, String type) {

	}

	private record Key(String name, String outcome, Tags tags) {

	}

	private static final class Meters {

		private final MeterRegistry registry;

		private final Set<Tags> known = ConcurrentHashMap.newKeySet();

		private final Map<Key, Counter> counters = new ConcurrentHashMap<>();

		private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

		Meters(MeterRegistry registry) {
			this.registry = registry;
		}

		Counter counter(Count count, String queue, String type) {
			return this.counters.computeIfAbsent(new Key(count.name(), "", tags(queue, type)),
					(key) -> Counter.builder("ojs.job." + key.name())
						.description(count.description())
						.tags("queue", key.tags().queue(), "type", key.tags().type())
						.register(this.registry));
		}

		Timer duration(String outcome, String queue, String type) {
			return this.timers.computeIfAbsent(new Key(DURATION, outcome, tags(queue, type)),
					(key) -> Timer.builder(key.name())
						.description("Time that attempts took, by their outcome")
						.tags("queue", key.tags().queue(), "type", key.tags().type(), "outcome", key.outcome())
						.register(this.registry));
		}

		Timer queueTime(String queue, String type) {
			return this.timers.computeIfAbsent(new Key(QUEUE_TIME, "", tags(queue, type)),
					(key) -> Timer.builder(key.name())
						.description("Time for which jobs were available until they were claimed")
						.tags("queue", key.tags().queue(), "type", key.tags().type())
						.register(this.registry));
		}

		private Tags tags(String queue, String type) {
			Tags tags = new Tags(queue, type);
			if (this.known.contains(tags)) {
				return tags;
			}
			// Two threads may pass the limit together; a few more do no harm.
			if (this.known.size() >= MAX_TAGS) {
				return new Tags(OTHER, OTHER);
			}
			this.known.add(tags);
			return tags;
		}

	}

}
