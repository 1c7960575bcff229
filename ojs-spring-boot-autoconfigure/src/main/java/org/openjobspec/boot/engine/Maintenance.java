package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.Upkeep;
import org.openjobspec.boot.store.WaitingJobs;
import org.openjobspec.boot.store.WorkflowSteps;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one background thread of the engine. It sleeps until the next thing is due, as far
 * as this node knows, but looks at least once per interval, since other nodes may have
 * stopped. Every node does all of it; the statements share the work out by SKIP LOCKED,
 * so that there is no leader to lose.
 */
final class Maintenance implements DueTimes {

	private static final Logger logger = LoggerFactory.getLogger(Maintenance.class);

	private static final int EXPIRE_BATCH = 1000;

	private static final Duration MAX_BACK_OFF = Duration.ofSeconds(5);

	private final Store store;

	private final EngineSettings settings;

	private final Announcements announcements;

	private final Pruner pruner;

	private final WorkflowAdvance workflows;

	private final Intake intake;

	private final Limiter limiter;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Set<String> rememberedQueues = new HashSet<>();

	private @Nullable Thread thread;

	private long wakeAt = Long.MAX_VALUE;

	private volatile boolean running;

	private @Nullable Promoter promoter;

	private @Nullable Reaper reaper;

	private @Nullable CronTicker ticker;

	private @Nullable CronDeclarations declarations;

	private @Nullable QueueConfigDesk queueConfigs;

	private @Nullable WebhookDispatcher webhooks;

	private long reapFrom = System.nanoTime();

	private final Receipts receipts = new Receipts();

	Maintenance(Store store, EngineSettings settings, QueueRules rules, Announcements announcements) {
		// It tells this thread when something is due, and this thread carries its
		// workflows on.
		this.limiter = new Limiter(store, announcements, this, (steps) -> workflows().settle(steps));
		this.intake = new Intake(store, announcements, this, this.limiter);
		this.workflows = new WorkflowAdvance(store, this.intake, announcements);
		this.store = store;
		this.settings = settings;
		this.announcements = announcements;
		this.pruner = new Pruner(store, settings.retention(), settings.webhooks().retention(), rules);
	}

	Intake intake() {
		return this.intake;
	}

	Limiter limiter() {
		return this.limiter;
	}

	WorkflowAdvance workflows() {
		return this.workflows;
	}

	void use(Promoter promotes, Reaper reaps, CronTicker ticks, CronDeclarations declares, QueueConfigDesk configures,
			WebhookDispatcher dispatches) {
		this.promoter = promotes;
		this.reaper = reaps;
		this.ticker = ticks;
		this.declarations = declares;
		this.queueConfigs = configures;
		this.webhooks = dispatches;
	}

	void start() {
		this.lock.lock();
		try {
			if (!this.running) {
				this.running = true;
				this.thread = new Thread(this::run, "ojs-maintenance");
				this.thread.setDaemon(true);
				this.thread.start();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void stop() {
		Thread stopping;
		this.lock.lock();
		try {
			this.running = false;
			stopping = this.thread;
			this.thread = null;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		if (stopping != null) {
			awaitEnd(stopping);
		}
	}

	// The statement that runs is let finish: an interrupt would break the pool's
	// connection.
	private static void awaitEnd(Thread stopping) {
		try {
			stopping.join(TimeUnit.SECONDS.toMillis(5));
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void dueIn(Duration delay) {
		// A millisecond late rather than early: the clocks of this node and of the
		// database tick apart.
		long at = System.nanoTime() + Math.min(delay.toMillis() + 1, TimeUnit.DAYS.toMillis(1)) * 1_000_000L;
		this.lock.lock();
		try {
			if (this.wakeAt == Long.MAX_VALUE || at - this.wakeAt < 0) {
				this.wakeAt = at;
				this.changed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		Duration backOff = Duration.ZERO;
		while (this.running) {
			try {
				boolean more = round();
				if (!backOff.isZero()) {
					logger.info("The database is back; promotion, periodic jobs, leases, expiry and retention go on");
					backOff = Duration.ZERO;
					// Workers could neither report nor send heartbeats meanwhile: let
					// them do it first.
					this.reapFrom = System.nanoTime() + this.settings.heartbeatTimeout().toNanos() / 3;
				}
				if (!more) {
					sleep();
				}
			}
			catch (RuntimeException | Error ex) {
				backOff = fail(backOff, ex);
			}
		}
	}

	private Duration fail(Duration backOff, Throwable problem) {
		if (!this.running) {
			return backOff;
		}
		// Workers can neither report nor send heartbeats meanwhile: when the database is
		// back, they go first.
		this.reapFrom = System.nanoTime() + this.settings.heartbeatTimeout().toNanos() / 3;
		if (backOff.isZero()) {
			logger.warn("Maintenance of jobs pauses and tries again until the database answers: {}",
					Redaction.text(problem));
			logger.debug("The failure", problem);
		}
		Duration next = backOff.isZero() ? Duration.ofMillis(100) : backOff.multipliedBy(2);
		Duration capped = (next.compareTo(MAX_BACK_OFF) < 0) ? next : MAX_BACK_OFF;
		long jittered = ThreadLocalRandom.current().nextLong(capped.toMillis() / 2, capped.toMillis() + 1);
		pause(jittered * 1_000_000L);
		return capped;
	}

	private boolean round() {
		this.lock.lock();
		try {
			this.wakeAt = Long.MAX_VALUE;
		}
		finally {
			this.lock.unlock();
		}
		register();
		long news = this.limiter.news();
		Instant from = this.receipts.lookFrom();
		Upkeep.Due due = this.store.upkeep().due(this.settings.heartbeatTimeout(), from);
		this.receipts.seen(from, due.receiptsFrom());
		if (this.webhooks != null) {
			this.webhooks.told(due.subscribed());
		}
		boolean more = work(due, news);
		soon(due.promote());
		soon(due.expire());
		soon(due.cron());
		if (this.pruner.pruneNowAndThen(due.webhooks())) {
			dueIn(Pruner.SOON);
		}
		// Last, so that a job which cannot be ended does not keep the rest from being
		// done.
		if (this.reaper != null && System.nanoTime() - this.reapFrom >= 0) {
			if (due.silentWorker()) {
				this.reaper.declareDead();
			}
			more |= reap(this.reaper, due);
		}
		// After work was done the next look tells what it has left, and when that is due.
		// What another node holds locked is that node's work; waiting for it here would
		// only burn.
		return more;
	}

	private boolean work(Upkeep.Due due, long news) {
		boolean more = false;
		if (isDue(due.promote()) && this.promoter != null) {
			more = this.promoter.promote() > 0;
		}
		if (isDue(due.expire())) {
			more |= expire();
		}
		more |= this.limiter.round(due, news);
		if (isDue(due.cron()) && this.ticker != null) {
			more |= this.ticker.tick();
		}
		return more;
	}

	/** Registers what the application has declared, and the queues that it has seen. */
	void register() {
		rememberQueues();
		if (this.queueConfigs != null) {
			this.queueConfigs.register();
		}
		if (this.declarations != null) {
			this.declarations.register();
		}
	}

	/**
	 * Does on the caller's thread, and in the caller's transaction if there is one, what
	 * is due of jobs. Not while this runs in the background.
	 * @return whether there may be more to do at once
	 */
	boolean once() {
		if (!this.store.transactions().joined()) {
			rememberQueues();
		}
		long news = this.limiter.news();
		Upkeep.Due due = this.store.upkeep().due(this.settings.heartbeatTimeout(), Instant.EPOCH);
		boolean more = work(due, news);
		if (isDue(due.reap()) && this.reaper != null) {
			more |= this.reaper.sweep(Instant.EPOCH) == Reaper.Found.SOME;
		}
		return more;
	}

	private boolean reap(Reaper reaps, Upkeep.Due due) {
		Reaper.Found found = Reaper.Found.NOTHING;
		if (due.silentWorker() || (isDue(due.reap()) && isDue(this.receipts.rest()))) {
			found = reaps.sweep(due.receiptsFrom());
			this.receipts.swept(found);
		}
		Duration rest = this.receipts.rest();
		if (found != Reaper.Found.NOTHING) {
			// What is due next has not been looked for.
			dueIn(rest);
		}
		else if (due.reap() != null) {
			// One that is due and was not found is locked by another node's sweep. Those
			// behind it wait for nobody.
			dueIn((due.reap().compareTo(rest) > 0) ? due.reap() : rest);
		}
		return found == Reaper.Found.SOME;
	}

	private static boolean isDue(@Nullable Duration duration) {
		return duration != null && duration.compareTo(Duration.ZERO) <= 0;
	}

	private void soon(@Nullable Duration duration) {
		if (duration != null && duration.compareTo(Duration.ZERO) > 0) {
			dueIn(duration);
		}
	}

	private boolean expire() {
		WaitingJobs.Expired expired = this.store.transactions().write("expire", "jobs", () -> {
			WaitingJobs.Expired swept = this.store.waiting().expire(EXPIRE_BATCH);
			this.workflows.settle(WorkflowSteps.Ended.of(swept.jobs(), WorkflowSteps.State.FAILED));
			return swept;
		});
		this.announcements.events(() -> expired.jobs()
			.stream()
			.map((job) -> job.event(JobEvent.EXPIRED, Map.of("expired_at", job.endedAt().toString())))
			.toList());
		return expired.seen() > 0;
	}

	private void rememberQueues() {
		List<String> unknown = this.announcements.queues()
			.stream()
			.filter(queue -> !this.rememberedQueues.contains(queue))
			.toList();
		if (!unknown.isEmpty()) {
			this.store.transactions().writeOnce("remember", "queues", () -> {
				this.store.queues().remember(unknown);
				return true;
			});
			this.rememberedQueues.addAll(unknown);
		}
	}

	void forgetQueues() {
		this.announcements.queues().clear();
		this.rememberedQueues.clear();
	}

	private void sleep() {
		this.lock.lock();
		try {
			long interval = this.settings.maintenanceInterval().toNanos();
			long left = (this.wakeAt != Long.MAX_VALUE) ? Math.min(interval, this.wakeAt - System.nanoTime())
					: interval;
			long end = System.nanoTime() + left;
			while (this.running && left > 0) {
				this.changed.awaitNanos(left);
				long now = System.nanoTime();
				left = end - now;
				if (this.wakeAt != Long.MAX_VALUE) {
					left = Math.min(left, this.wakeAt - now);
				}
			}
		}
		catch (InterruptedException ex) {
			// Nobody interrupts this thread on purpose; the loop's condition decides.
			logger.debug("Interrupted", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

	private void pause(long nanos) {
		this.lock.lock();
		try {
			long left = nanos;
			while (this.running && left > 0) {
				left = this.changed.awaitNanos(left);
			}
		}
		catch (InterruptedException ex) {
			logger.debug("Interrupted", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

}
