package org.openjobspec.boot.observe;

import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.QueueDepth;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Tells whether the backend reaches its database. Answers in bounded time: an exhausted
 * pool or a silent network would otherwise hold the caller for as long as the pool waits.
 * What it tells beside that decides nothing, and is at most some seconds old.
 */
public final class OjsHealthIndicator extends AbstractHealthIndicator {

	private static final Duration PATIENCE = Duration.ofMillis(100);

	private static final int MAX_NAMES = 20;

	private final Supplier<Duration> ping;

	private final OjsPulse pulse;

	private final Duration timeout;

	private final Supplier<@Nullable String> obstacle;

	private final Supplier<Map<String, Object>> details;

	private @Nullable CompletableFuture<Duration> running;

	/**
	 * Creates an indicator.
	 * @param engine asks the database
	 * @param pulse knows what the queues hold
	 * @param timeout how long to wait for the database's answer
	 * @param obstacle what keeps the backend from working though the database may answer;
	 * {@code null} for nothing
	 * @param details what else to show, by name
	 */
	public OjsHealthIndicator(JobEngine engine, OjsPulse pulse, Duration timeout, Supplier<@Nullable String> obstacle,
			Supplier<Map<String, Object>> details) {
		this(engine::ping, pulse, timeout, obstacle, () -> {
			Map<String, Object> all = new LinkedHashMap<>();
			all.put("listener", listener(engine));
			all.putAll(details.get());
			return all;
		});
	}

	OjsHealthIndicator(Supplier<Duration> ping, OjsPulse pulse, Duration timeout, Supplier<@Nullable String> obstacle,
			Supplier<Map<String, Object>> details) {
		this.ping = ping;
		this.pulse = pulse;
		this.timeout = timeout;
		this.obstacle = obstacle;
		this.details = details;
	}

	private static String listener(JobEngine engine) {
		if (!engine.listens()) {
			return "poll-only";
		}
		return engine.hearsOthers() ? "connected" : "disconnected";
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) throws InterruptedException {
		builder.withDetails(this.details.get());
		String inTheWay = this.obstacle.get();
		if (inTheWay != null) {
			builder.down().withDetail("error", inTheWay);
			return;
		}
		try {
			Duration latency = ping().get(this.timeout.toMillis(), TimeUnit.MILLISECONDS);
			builder.up().withDetail("latency", latency.toMillis() + " ms");
			OjsPulse.Reading reading = this.pulse.latest(PATIENCE);
			if (reading != null) {
				describe(reading.queues(), builder);
			}
		}
		catch (TimeoutException ex) {
			builder.down().withDetail("error", "the database has not answered for " + this.timeout.toMillis() + " ms");
		}
		catch (ExecutionException ex) {
			builder.down((ex.getCause() != null) ? ex.getCause() : ex);
		}
	}

	// What is due in a queue that somebody has paused is meant to wait.
	private static void describe(List<QueueDepth> queues, Health.Builder builder) {
		queues.stream()
			.filter((queue) -> !queue.paused() && queue.oldestDue() != null)
			.max(Comparator.comparing(OjsHealthIndicator::age))
			.ifPresent((queue) -> builder.withDetail("oldestDueJob",
					Map.of("queue", queue.queue(), "age", age(queue).toMillis() + " ms")));
		builder.withDetail("pausedQueues",
				queues.stream().filter(QueueDepth::paused).map(QueueDepth::queue).limit(MAX_NAMES).toList());
	}

	private static Duration age(QueueDepth queue) {
		Duration due = queue.oldestDue();
		return (due != null) ? due : Duration.ZERO;
	}

	// Callers share a question that is still open, so that no more than one thread hangs
	// in it.
	private synchronized CompletableFuture<Duration> ping() {
		CompletableFuture<Duration> current = this.running;
		if (current == null || current.isDone()) {
			current = CompletableFuture.supplyAsync(this.ping, OjsHealthIndicator::onThreadOfItsOwn);
			this.running = current;
		}
		return current;
	}

	private static void onThreadOfItsOwn(Runnable task) {
		Thread thread = new Thread(task, "ojs-health");
		thread.setDaemon(true);
		thread.start();
	}

}
