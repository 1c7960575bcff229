package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import org.openjobspec.boot.engine.Heartbeat;
import org.openjobspec.boot.engine.HeartbeatReply;
import org.openjobspec.boot.engine.JobEngine;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Reports that the worker lives, on a thread that no handler can keep from it, and hears
 * what it is told.
 */
final class Heart {

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	/** What a connection of the pool and a statement may take on a busy day. */
	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private static final String PART = "send the worker's heartbeat";

	/** Per beat, since an outage may leave many ids behind and beats must not wait. */
	private static final int MAX_SIGN_OFFS = 50;

	private final JobEngine engine;

	private final WorkerIdentity identity;

	private final HeldJobs jobs;

	private final Outages outages;

	private final Listener listener;

	private final ScheduledExecutorService timer;

	private final ScheduledExecutorService bypass;

	private volatile long lastBeat = System.nanoTime();

	private final PoolWatch pool = new PoolWatch();

	Heart(JobEngine engine, WorkerIdentity identity, HeldJobs jobs, Outages outages, Listener listener) {
		this.engine = engine;
		this.identity = identity;
		this.jobs = jobs;
		this.outages = outages;
		this.listener = listener;
		this.timer = timer("ojs-heart-");
		this.bypass = timer("ojs-bypass-");
	}

	private static ScheduledExecutorService timer(String name) {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(name);
		factory.setDaemon(true);
		return Executors.newSingleThreadScheduledExecutor(factory);
	}

	void start(Duration interval) {
		long nanos = interval.toNanos();
		Future<?> unused = this.timer.scheduleWithFixedDelay(this::beat, 0, nanos, TimeUnit.NANOSECONDS);
		// An interval is at most half of what makes a worker count as dead.
		Future<?> unusedToo = this.bypass.scheduleWithFixedDelay(() -> beatBesidePool(interval), nanos / 4, nanos / 4,
				TimeUnit.NANOSECONDS);
	}

	private void beat() {
		this.pool.began(System.nanoTime());
		try {
			// The ids before the jobs: when an id retires, the jobs that were claimed
			// under it are held already, so an id that is among these and holds nothing
			// holds nothing for good.
			List<String> retired = List.copyOf(this.identity.retired());
			Map<String, List<HeldJob>> holders = this.jobs.snapshot()
				.stream()
				.collect(Collectors.groupingBy(HeldJob::worker));
			String current = this.identity.id();
			beat(current, holders.getOrDefault(current, List.of()));
			holders.forEach((worker, held) -> {
				if (!worker.equals(current)) {
					beat(worker, held);
				}
			});
			retired.stream().filter((id) -> !holders.containsKey(id)).limit(MAX_SIGN_OFFS).forEach((id) -> {
				this.engine.signOff(id);
				this.identity.retired().remove(id);
			});
			this.lastBeat = System.nanoTime();
			this.pool.succeeded();
			this.outages.succeeded(PART);
		}
		catch (Throwable ex) {
			this.pool.failed(ex);
			this.outages.failed(PART, ex);
		}
	}

	// Transactional handlers may hold every connection of the pool for as long as they
	// run. The beat waits behind them, and their jobs would be given to others.
	private void beatBesidePool(Duration interval) {
		long began = System.nanoTime();
		if (began - this.lastBeat < interval.plus(interval.dividedBy(4)).toNanos()) {
			return;
		}
		try {
			Set<String> workers = this.jobs.snapshot()
				.stream()
				.map(HeldJob::worker)
				.collect(Collectors.toCollection(HashSet::new));
			workers.add(this.identity.id());
			for (String worker : workers) {
				HeartbeatReply reply = this.engine.heartbeatBesidePool(worker,
						this.identity.info(this.listener.quiet()));
				if (reply == null) {
					return;
				}
				if (reply.dead() && worker.equals(this.identity.id())) {
					this.listener.declaredDead(worker);
				}
			}
			this.lastBeat = System.nanoTime();
			if (this.pool.besidePoolSucceeded(began, PATIENCE)) {
				logger.warn("The worker's heartbeat got no connection of the pool, or no answer on one, and is sent "
						+ "beside the pool. If transactional handlers hold all of its connections, as each does one for as "
						+ "long as it runs: let the pool have more than run at once, or lower 'ojs.worker.concurrency'");
			}
		}
		catch (Throwable ex) {
			this.pool.besidePoolFailed();
			logger.debug("No heartbeat beside the pool either", ex);
		}
	}

	private void beat(String worker, List<HeldJob> named) {
		HeartbeatReply reply = this.engine
			.heartbeat(new Heartbeat(worker, named.stream().map((held) -> held.job().id()).toList(), null,
					this.identity.info(this.listener.quiet()), true));
		for (HeldJob held : named) {
			if (!reply.held().contains(held.job().id())) {
				this.listener.lost(held);
			}
		}
		if (!worker.equals(this.identity.id())) {
			// What is said to a former id is not meant for the present one.
			return;
		}
		if (reply.dead()) {
			this.listener.declaredDead(worker);
		}
		this.listener.told(reply.directive());
	}

	/**
	 * Extends one lease now. Not on the caller's thread, whose transaction would keep the
	 * lease locked until its end.
	 * @param held the job
	 * @return whether it is still held, as far as is known
	 */
	boolean beat(HeldJob held) {
		try {
			this.timer.submit(() -> beat(held.worker(), List.of(held))).get(5, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		catch (ExecutionException | TimeoutException | RejectedExecutionException ex) {
			logger.debug("No answer to the heartbeat for {}", held, ex);
		}
		return !held.isCancelled();
	}

	/**
	 * Asks soon whether a job is still held.
	 * @param held the job
	 */
	void check(HeldJob held) {
		try {
			this.timer.execute(() -> {
				try {
					beat(held.worker(), List.of(held));
				}
				catch (RuntimeException ex) {
					logger.debug("No answer to the heartbeat for {}; the next one asks again", held, ex);
				}
			});
		}
		catch (RejectedExecutionException ex) {
			logger.debug("The worker has stopped", ex);
		}
	}

	void stop() {
		this.timer.shutdown();
		this.bypass.shutdown();
	}

	/** Tells the server that the worker has stopped for good. */
	void signOff() {
		this.identity.retired().forEach(this.engine::signOff);
		this.engine.signOff(this.identity.id());
	}

	/** Hears the answers. */
	interface Listener {

		/**
		 * A job is no longer ours.
		 * @param held the job
		 */
		void lost(HeldJob held);

		/**
		 * Asks whether the worker takes no more jobs of its own accord.
		 * @return whether to say so
		 */
		boolean quiet();

		/**
		 * The worker counts as dead and claims in vain until it has a new id.
		 * @param worker the id
		 */
		void declaredDead(String worker);

		/**
		 * The server wants something.
		 * @param directive running, quiet or terminate
		 */
		void told(String directive);

	}

}
