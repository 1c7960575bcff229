package org.openjobspec.benchmarks.speed;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The process that loads a server. It stays for all loads of a run, so that only the
 * first one meets code that is not compiled yet.
 */
final class LoadGenerator {

	private LoadGenerator() {
	}

	/**
	 * What the harness is told while a load runs, so that it looks at the server in the
	 * same moments.
	 *
	 * @param name {@code started} or {@code ended}
	 */
	record Moment(String name) {
	}

	/**
	 * Runs the loads that the harness asks for.
	 * @param arguments where the harness is
	 * @throws Exception if the harness is gone
	 */
	public static void main(String[] arguments) throws Exception {
		try (ParentLink parent = ParentLink.open(arguments)) {
			for (LoadPlan plan = parent.next(LoadPlan.class); plan != null; plan = parent.next(LoadPlan.class)) {
				parent.tell(run(plan, parent));
			}
		}
	}

	private static LoadResult run(LoadPlan plan, ParentLink parent) throws IOException, InterruptedException {
		AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
		List<LoadConnection> connections = new ArrayList<>();
		List<Thread> threads = new ArrayList<>();
		long from = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(plan.warmUpMillis());
		long to = from + TimeUnit.MILLISECONDS.toNanos(plan.millis());
		for (int number = 0; number < plan.connections(); number++) {
			LoadConnection connection = new LoadConnection(plan, number);
			connections.add(connection);
			threads.add(new Thread(() -> {
				try {
					connection.run(from, to, () -> failure.get() != null);
				}
				catch (Exception ex) {
					failure.compareAndSet(null, ex);
				}
			}, "load-" + number));
		}
		threads.forEach(Thread::start);
		TimeUnit.NANOSECONDS.sleep(from - System.nanoTime());
		parent.tell(new Moment("started"));
		TimeUnit.NANOSECONDS.sleep(to - System.nanoTime());
		parent.tell(new Moment("ended"));
		for (Thread thread : threads) {
			thread.join();
		}
		LoadResult result = result(plan, connections, failure.get());
		for (LoadConnection connection : connections) {
			connection.close();
		}
		return result;
	}

	private static LoadResult result(LoadPlan plan, List<LoadConnection> connections, @Nullable Exception failure) {
		Map<String, LoadResult.Latency> latencies = new TreeMap<>();
		long requests = 0;
		Histogram all = new Histogram(3);
		for (LoadConnection.Kind kind : LoadConnection.Kind.values()) {
			Histogram merged = new Histogram(3);
			connections.forEach((connection) -> merged.add(connection.histogram(kind)));
			latencies.put(kind.name().toLowerCase(Locale.ROOT), LoadResult.Latency.of(merged));
			if (kind != LoadConnection.Kind.TRIP) {
				requests += merged.getTotalCount();
				all.add(merged);
			}
		}
		latencies.put("request", LoadResult.Latency.of(all));
		return new LoadResult((failure != null) ? failure.toString() : null, plan.millis() / 1000.0, requests,
				connections.stream().mapToLong(LoadConnection::jobs).sum(),
				connections.stream().mapToLong(LoadConnection::emptyFetches).sum(),
				connections.stream().mapToLong(LoadConnection::reconnects).sum(), latencies);
	}

}
