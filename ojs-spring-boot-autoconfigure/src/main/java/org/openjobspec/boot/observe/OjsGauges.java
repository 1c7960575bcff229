package org.openjobspec.boot.observe;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToDoubleFunction;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.openjobspec.boot.engine.QueueDepth;
import org.openjobspec.boot.engine.WorkerTally;
import org.openjobspec.boot.job.JobState;

/**
 * Shows what the queues hold and how many workers there are, of the whole database and so
 * the same on every node. A look at a gauge asks nobody: it is answered from the last
 * reading, and keeps the readings coming.
 */
public final class OjsGauges implements MeterBinder {

	/**
	 * How many queues are told apart; a client may name any number of them. All others
	 * are shown as one, {@value OjsMetrics#OTHER}.
	 */
	static final int MAX_QUEUES = 200;

	private final OjsPulse pulse;

	private final List<Bound> bound = new CopyOnWriteArrayList<>();

	private final Set<String> known = new HashSet<>();

	private volatile Map<String, Shown> queues = Map.of();

	private volatile WorkerTally workers = new WorkerTally(0, 0);

	/**
	 * Creates gauges that show nothing yet.
	 * @param pulse where the readings come from
	 */
	public OjsGauges(OjsPulse pulse) {
		this.pulse = pulse;
		pulse.onReading(this::show);
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		workers("ojs.worker.active", "Workers of all nodes, and remote ones, that are alive", WorkerTally::active,
				registry);
		workers("ojs.worker.busy", "Workers of all nodes, and remote ones, that hold a job", WorkerTally::busy,
				registry);
		this.bound.add(new Bound(
				MultiGauge.builder("ojs.queue.depth")
					.description("Jobs of the queue that have not ended, by state")
					.register(registry),
				MultiGauge.builder("ojs.queue.oldest")
					.description("For how long the oldest due job of the queue has been due")
					.baseUnit("seconds")
					.register(registry),
				MultiGauge.builder("ojs.queue.paused").description("1 while the queue is paused").register(registry)));
	}

	private void workers(String name, String description, ToDoubleFunction<WorkerTally> number,
			MeterRegistry registry) {
		Gauge.builder(name, () -> {
			this.pulse.look();
			return number.applyAsDouble(this.workers);
		}).description(description).register(registry);
	}

	// One thread calls this. Gauges that are there already stay, so that none is missing
	// from a scrape that comes meanwhile; they look the new numbers up.
	void show(OjsPulse.Reading reading) {
		Map<String, Shown> shown = new HashMap<>();
		reading.queues().forEach((queue) -> shown.merge(name(queue.queue()), Shown.of(queue), Shown::plus));
		this.queues = shown;
		this.workers = reading.workers();
		this.bound.forEach((meters) -> show(meters, shown.keySet()));
	}

	private String name(String queue) {
		if (this.known.contains(queue)) {
			return queue;
		}
		if (this.known.size() >= MAX_QUEUES) {
			return OjsMetrics.OTHER;
		}
		this.known.add(queue);
		return queue;
	}

	private void show(Bound meters, Set<String> names) {
		List<MultiGauge.Row<?>> depths = new ArrayList<>();
		List<MultiGauge.Row<?>> oldest = new ArrayList<>();
		List<MultiGauge.Row<?>> paused = new ArrayList<>();
		for (String queue : names) {
			for (JobState state : JobState.values()) {
				if (!state.isTerminal()) {
					depths.add(row(Tags.of("queue", queue, "state", state.wireName()), queue,
							(shown) -> shown.jobs().getOrDefault(state, 0L)));
				}
			}
			oldest.add(row(Tags.of("queue", queue), queue, (shown) -> shown.oldestMillis() / 1000.0));
			paused.add(row(Tags.of("queue", queue), queue, (shown) -> shown.paused() ? 1 : 0));
		}
		meters.depth().register(depths);
		meters.oldest().register(oldest);
		meters.paused().register(paused);
	}

	private MultiGauge.Row<?> row(Tags tags, String queue, ToDoubleFunction<Shown> number) {
		return MultiGauge.Row.of(tags, () -> {
			this.pulse.look();
			Shown shown = this.queues.get(queue);
			return (shown != null) ? number.applyAsDouble(shown) : 0;
		});
	}

	private record Bound(MultiGauge depth, MultiGauge oldest, MultiGauge paused) {

	}

	/** What is shown of a queue, or of several together. */
	private record Shown(Map<JobState, Long> jobs, long oldestMillis, boolean paused) {

		static Shown of(QueueDepth queue) {
			Duration oldest = queue.oldestDue();
			return new Shown(queue.jobs(), (oldest != null) ? oldest.toMillis() : 0, queue.paused());
		}

		Shown plus(Shown other) {
			Map<JobState, Long> sum = new HashMap<>(this.jobs);
			other.jobs.forEach((state, number) -> sum.merge(state, number, Long::sum));
			return new Shown(sum, Math.max(this.oldestMillis, other.oldestMillis), this.paused || other.paused);
		}

	}

}
