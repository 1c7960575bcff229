package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.WorkerDirectory;

/**
 * Remote workers that are to get no more jobs, because they said so or were told so
 * (ojs-graceful-shutdown 5). What this node has heard with their heartbeats, and forgets
 * when it has heard nothing for a while: a worker that asks all the same has either not
 * listened, or has come back under its old name and told another node. Workers of
 * applications of this kind see to it themselves.
 */
final class QuietWorkers {

	private static final Set<String> QUIET = Set.of("quiet", "terminate", "drain", "draining", "shutting_down");

	private static final int MAX = 10_000;

	private final Map<String, Long> heardAt = new ConcurrentHashMap<>();

	private final long memoryNanos;

	QuietWorkers(Duration memory) {
		this.memoryNanos = memory.toNanos();
	}

	/**
	 * Whether what a worker says of itself means that it wants no more jobs.
	 */
	static boolean saysSo(@Nullable String info) {
		String said = WorkerDirectory.said(info);
		return said != null && QUIET.contains(said);
	}

	void heard(String worker, boolean quiet) {
		if (!quiet) {
			this.heardAt.remove(worker);
			return;
		}
		if (this.heardAt.size() >= MAX) {
			this.heardAt.values().removeIf(this::isOver);
			// Names that were made up: whoever is quiet says so again with its next
			// heartbeat.
			if (this.heardAt.size() >= MAX) {
				this.heardAt.clear();
			}
		}
		this.heardAt.put(worker, System.nanoTime());
	}

	boolean contains(String worker) {
		Long at = this.heardAt.get(worker);
		return at != null && !isOver(at);
	}

	private boolean isOver(long at) {
		return System.nanoTime() - at > this.memoryNanos;
	}

	void clear() {
		this.heardAt.clear();
	}

}
