package org.openjobspec.boot.observe;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.openjobspec.boot.job.JobEvent;

/**
 * Counts the transitions that this node makes and times the attempts that it runs.
 * Everything is tagged with queue and type, and nothing with a job's id.
 */
public final class OjsMetrics implements MeterBinder {

	/**
	 * How many pairs of queue and type are told apart; a client may send any number of
	 * them, and a meter never goes away. All others are counted as {@value #OTHER}.
	 */
	static final int MAX_TAGS = 1000;

	static final String OTHER = "other";

	private static final Map<String, String> COUNTED = Map.of(JobEvent.ENQUEUED, "enqueued", JobEvent.SCHEDULED,
			"scheduled", JobEvent.COMPLETED, "completed", JobEvent.FAILED, "failed", JobEvent.RETRYING, "retried",
			JobEvent.DISCARDED, "discarded", JobEvent.CANCELLED, "cancelled", JobEvent.EXPIRED, "expired");

	private final List<Meters> bound = new CopyOnWriteArrayList<>();

	@Override
	public void bindTo(MeterRegistry registry) {
		this.bound.add(new Meters(registry));
	}

	/**
	 * Counts a transition.
	 * @param event the event that reports it
	 */
	public void transition(JobEvent event) {
		String name = COUNTED.get(event.type());
		String queue = event.queue();
		String type = event.jobType();
		if (name != null && queue != null && type != null) {
			for (Meters meters : this.bound) {
				meters.counter(name, queue, type).increment();
			}
		}
	}

	/**
	 * Records an attempt that has ended.
	 * @param queue the job's queue
	 * @param type the job's type
	 * @param outcome how it ended, one of few words
	 * @param duration how long the handler ran
	 */
	public void attempt(String queue, String type, String outcome, Duration duration) {
		for (Meters meters : this.bound) {
			meters.timer(outcome, queue, type).record(duration);
		}
	}

	private record Tags(String queue, String type) {

	}

	private record Key(String name, Tags tags) {

	}

	private static final class Meters {

		private final MeterRegistry registry;

		private final Set<Tags> known = ConcurrentHashMap.newKeySet();

		private final Map<Key, Counter> counters = new ConcurrentHashMap<>();

		private final Map<Key, Timer> timers = new ConcurrentHashMap<>();

		Meters(MeterRegistry registry) {
			this.registry = registry;
		}

		Counter counter(String name, String queue, String type) {
			return this.counters.computeIfAbsent(new Key(name, tags(queue, type)),
					(key) -> Counter.builder("ojs.jobs." + key.name())
						.description("Jobs that this node has " + key.name())
						.baseUnit("jobs")
						.tags("queue", key.tags().queue(), "type", key.tags().type())
						.register(this.registry));
		}

		Timer timer(String outcome, String queue, String type) {
			return this.timers.computeIfAbsent(new Key(outcome, tags(queue, type)),
					(key) -> Timer.builder("ojs.jobs.duration")
						.description("Time that handlers of this node ran")
						.tags("queue", key.tags().queue(), "type", key.tags().type(), "outcome", key.name())
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
