package org.openjobspec.boot.observe;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Tells whether the backend reaches its database. Answers in bounded time: an exhausted
 * pool or a silent network would otherwise hold the caller for as long as the pool waits.
 */
public final class OjsHealthIndicator extends AbstractHealthIndicator {

	private final Supplier<Duration> ping;

	private final Duration timeout;

	private final Supplier<@Nullable String> obstacle;

	private final Supplier<Map<String, Object>> details;

	private @Nullable CompletableFuture<Duration> running;

	/**
	 * Creates an indicator.
	 * @param engine asks the database
	 * @param timeout how long to wait for the database's answer
	 * @param obstacle what keeps the backend from working though the database may answer;
	 * {@code null} for nothing
	 * @param details what else to show, by name
	 */
	public OjsHealthIndicator(JobEngine engine, Duration timeout, Supplier<@Nullable String> obstacle,
			Supplier<Map<String, Object>> details) {
		this(engine::ping, timeout, obstacle, details);
	}

	OjsHealthIndicator(Supplier<Duration> ping, Duration timeout, Supplier<@Nullable String> obstacle,
			Supplier<Map<String, Object>> details) {
		this.ping = ping;
		this.timeout = timeout;
		this.obstacle = obstacle;
		this.details = details;
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
		}
		catch (TimeoutException ex) {
			builder.down().withDetail("error", "the database has not answered for " + this.timeout.toMillis() + " ms");
		}
		catch (ExecutionException ex) {
			builder.down((ex.getCause() != null) ? ex.getCause() : ex);
		}
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
