package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.WorkerDirectory;

/**
 * Shows workers to people, and tells workers what people want (ojs-worker-protocol 4.4).
 * A directive reaches its worker with the answer to its next heartbeat, and holds until
 * it is taken back.
 */
public final class WorkerDesk {

	private static final int MAX_WORKERS = 10_000;

	private static final int MAX_JOBS = 1000;

	private final Store store;

	private final Duration heartbeatTimeout;

	private final DueTimes dueTimes;

	WorkerDesk(Store store, EngineSettings settings, DueTimes dueTimes) {
		this.store = store;
		this.heartbeatTimeout = settings.heartbeatTimeout();
		this.dueTimes = dueTimes;
	}

	/** What a worker is told. */
	public enum Directive {

		/** Go on. */
		RESUME(null),

		/** Fetch nothing more. */
		QUIET("quiet"),

		/** Finish what you have and stop. */
		TERMINATE("terminate");

		private final @Nullable String wireName;

		Directive(@Nullable String wireName) {
			this.wireName = wireName;
		}

	}

	/**
	 * Lists the workers that have sent a heartbeat, the first 10,000. A silent one is
	 * forgotten after a day.
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the workers by id
	 */
	public WorkerList list(int limit, int offset) {
		List<WorkerDirectory.Entry> all = this.store.workers().list(this.heartbeatTimeout, MAX_WORKERS);
		List<WorkerInfo.State> states = all.stream().map(WorkerDesk::state).toList();
		List<WorkerDirectory.Entry> part = all.stream().skip(offset).limit(limit).toList();
		Map<String, Long> held = this.store.workers().countHeld(part.stream().map(WorkerDirectory.Entry::id).toList());
		long running = states.stream().filter((state) -> state == WorkerInfo.State.RUNNING).count();
		long stale = states.stream().filter((state) -> state == WorkerInfo.State.STALE).count();
		return new WorkerList(part.stream().map((entry) -> info(entry, held.getOrDefault(entry.id(), 0L))).toList(),
				all.size(), running, all.size() - running - stale, stale);
	}

	/**
	 * Counts the workers. One that sends no heartbeats is known while it holds a job; of
	 * those without a name nothing is known.
	 * @return how many are there, and how many hold a job
	 */
	public WorkerTally tally() {
		WorkerDirectory.Tally tally = this.store.workers().tally(this.heartbeatTimeout);
		return new WorkerTally(tally.active(), tally.busy());
	}

	/**
	 * Reads a worker.
	 * @param id its id
	 * @return the worker
	 * @throws NotFoundException if none of that id has sent a heartbeat
	 */
	public WorkerInfo read(String id) {
		WorkerDirectory.Entry entry = this.store.workers()
			.find(id, this.heartbeatTimeout)
			.orElseThrow(() -> new NotFoundException("worker", id));
		return info(entry, this.store.workers().countHeld(List.of(id)).getOrDefault(id, 0L));
	}

	/**
	 * Lists the jobs that a worker holds.
	 * @param id its id
	 * @return the first thousand jobs, the oldest first
	 */
	public List<UUID> jobs(String id) {
		return this.store.workers().held(id, MAX_JOBS);
	}

	private static WorkerInfo info(WorkerDirectory.Entry entry, long activeJobs) {
		return new WorkerInfo(entry.id(), state(entry), entry.directive(), entry.embedded(), entry.startedAt(),
				entry.seenAt(), activeJobs, entry.info());
	}

	// What it was told comes first: it will do so.
	private static WorkerInfo.State state(WorkerDirectory.Entry entry) {
		if (entry.stale()) {
			return WorkerInfo.State.STALE;
		}
		String told = entry.directive();
		String said = (entry.said() != null) ? entry.said() : "";
		return switch ((told != null) ? told : said) {
			case "quiet" -> WorkerInfo.State.QUIET;
			case "drain", "draining", "shutting_down" -> WorkerInfo.State.DRAINING;
			case "terminate" -> WorkerInfo.State.TERMINATE;
			default -> WorkerInfo.State.RUNNING;
		};
	}

	/**
	 * Tells a worker something.
	 * @param id its id
	 * @param directive what
	 * @return the worker as it is now
	 * @throws NotFoundException if none of that id has sent a heartbeat
	 */
	public WorkerInfo direct(String id, Directive directive) {
		this.store.transactions().writeOnce("direct worker", id, () -> {
			if (!this.store.workers().direct(id, directive.wireName)) {
				throw new NotFoundException("worker", id);
			}
			return true;
		});
		return read(id);
	}

	/**
	 * Removes a worker that is silent for too long; the jobs that it holds return to
	 * their queues.
	 * @param id its id
	 * @throws NotFoundException if none of that id has sent a heartbeat
	 * @throws ConflictException if it is alive
	 */
	public void remove(String id) {
		if (read(id).state() != WorkerInfo.State.STALE) {
			throw ConflictException.alive(id);
		}
		this.store.transactions().write("remove worker", id, () -> {
			this.store.leases().signOff(id);
			return true;
		});
		this.dueTimes.dueIn(Duration.ZERO);
	}

}
