package org.openjobspec.boot.conformance;

import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Plays cases against servers that share no state. Each server gets one case at a time,
 * because its state is wiped before each; the cases that wait longest go first, so that
 * no server is left alone with one at the end.
 */
final class ConformanceRunner {

	private final List<TargetServer> servers;

	private final Pause pause;

	ConformanceRunner(List<URI> servers) {
		this(servers, Pause.REAL);
	}

	ConformanceRunner(List<URI> servers, Pause pause) {
		if (servers.isEmpty()) {
			throw new IllegalArgumentException("A conformance run needs a server");
		}
		this.servers = servers.stream().map(TargetServer::new).toList();
		this.pause = pause;
	}

	/**
	 * Plays all cases.
	 * @param cases the cases
	 * @return a result for each, in the order of the cases
	 * @throws IllegalStateException if a server cannot be reset
	 * @throws InterruptedException if the caller gives up
	 */
	List<CaseResult> run(List<ConformanceCase> cases) throws InterruptedException {
		Queue<ConformanceCase> queue = new ConcurrentLinkedQueue<>(
				cases.stream().sorted(Comparator.comparingLong(ConformanceCase::waitingMillis).reversed()).toList());
		Map<ConformanceCase, CaseResult> results = new ConcurrentHashMap<>();
		ExecutorService executor = Executors.newFixedThreadPool(this.servers.size());
		try {
			ExecutorCompletionService<Void> workers = new ExecutorCompletionService<>(executor);
			for (TargetServer server : this.servers) {
				workers.submit(worker(server, queue, results));
			}
			for (int i = 0; i < this.servers.size(); i++) {
				workers.take().get();
			}
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException("The conformance run was given up: " + ex.getCause().getMessage(), ex);
		}
		finally {
			executor.shutdownNow();
		}
		List<CaseResult> ordered = new ArrayList<>();
		cases.forEach((testCase) -> ordered.add(results.get(testCase)));
		return ordered;
	}

	private Callable<Void> worker(TargetServer server, Queue<ConformanceCase> queue,
			Map<ConformanceCase, CaseResult> results) {
		return () -> {
			for (ConformanceCase next = queue.poll(); next != null; next = queue.poll()) {
				results.put(next, play(next, server));
			}
			return null;
		};
	}

	private CaseResult play(ConformanceCase testCase, TargetServer server) throws InterruptedException {
		Map<Mode, Outcome> outcomes = new EnumMap<>(Mode.class);
		if (testCase.sendsDifferentlyWhenStrict()) {
			for (Mode mode : Mode.values()) {
				outcomes.putAll(CaseExecution.play(testCase, mode, EnumSet.of(mode), server, this.pause));
			}
		}
		else {
			outcomes.putAll(CaseExecution.play(testCase, Mode.PUBLIC, EnumSet.allOf(Mode.class), server, this.pause));
		}
		return new CaseResult(testCase, outcomes.get(Mode.PUBLIC), outcomes.get(Mode.STRICT));
	}

}
