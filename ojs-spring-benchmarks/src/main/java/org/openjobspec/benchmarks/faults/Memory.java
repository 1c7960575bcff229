package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.benchmarks.support.Stats;

/**
 * The heap of each node after a collection, over time.
 */
final class Memory implements AutoCloseable {

	private static final Duration WARM_UP = Duration.ofMinutes(5);

	private static final int ENOUGH = 9;

	private static final double GROWTH = 1.15;

	private static final double MEBIBYTE = 1024 * 1024;

	/** Below this a growth is not told from noise. */
	private static final double NOISE = 4;

	private final List<Sample> samples = new ArrayList<>();

	private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

	void follow(Cluster cluster, Duration interval) {
		var unused = this.timer.scheduleWithFixedDelay(() -> cluster.nodes().forEach(this::sample), interval.toMillis(),
				interval.toMillis(), TimeUnit.MILLISECONDS);
	}

	private void sample(NodeProcess node) {
		try {
			Instant since = node.startedAt();
			double used = Http.get(node.port(), "/harness/heap").body().path("used").asDouble() / MEBIBYTE;
			synchronized (this) {
				this.samples.add(new Sample(node.name(), since, Instant.now(), used));
			}
		}
		catch (IOException | RuntimeException ex) {
			// The node is down or paused at this moment.
		}
	}

	synchronized List<Sample> samples() {
		return List.copyOf(this.samples);
	}

	/** A node whose last third of samples lies above its first, once it is warm. */
	List<Violation> violations() {
		Map<String, List<Double>> lives = new LinkedHashMap<>();
		for (Sample sample : samples()) {
			if (sample.at().isAfter(sample.since().plus(WARM_UP))) {
				lives.computeIfAbsent(sample.node() + " since " + sample.since(), (life) -> new ArrayList<>())
					.add(sample.mebibytes());
			}
		}
		List<Violation> violations = new ArrayList<>();
		lives.forEach((life, used) -> {
			if (used.size() >= ENOUGH) {
				double first = Stats.median(used.subList(0, used.size() / 3));
				double last = Stats.median(used.subList(used.size() - used.size() / 3, used.size()));
				if (last > first * GROWTH && last > first + NOISE) {
					violations.add(Violation.of(Rule.MEMORY,
							"The heap of %s has grown from %.1f to %.1f MiB".formatted(life, first, last)));
				}
			}
		});
		return violations;
	}

	@Override
	public void close() {
		this.timer.shutdownNow();
	}

	/**
	 * A look at a heap.
	 *
	 * @param node whose
	 * @param since since when this life of the node answers
	 * @param at when
	 * @param mebibytes how much is in use
	 */
	record Sample(String node, Instant since, Instant at, double mebibytes) {
	}

}
