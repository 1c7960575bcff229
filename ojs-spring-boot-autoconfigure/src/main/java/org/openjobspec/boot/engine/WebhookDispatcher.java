package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.Deliveries.Claimed;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.Webhooks;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers events on threads of its own. There are none while nobody subscribes, of which
 * maintenance tells. Every node does all of it, and the statements share it out.
 */
final class WebhookDispatcher {

	private static final Logger logger = LoggerFactory.getLogger(WebhookDispatcher.class);

	private static final Duration MAX_BACK_OFF = Duration.ofSeconds(5);

	private final Store store;

	private final EngineSettings settings;

	private final WebhookFanOut fanOut;

	private final WebhookSender sender;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final WebhookShares shares;

	private boolean poked;

	private @Nullable ExecutorService senders;

	private volatile @Nullable Thread thread;

	WebhookDispatcher(Store store, EngineSettings settings, WebhookSender sender) {
		this.store = store;
		this.settings = settings;
		this.fanOut = new WebhookFanOut(store);
		this.sender = sender;
		this.shares = new WebhookShares(settings.webhooks().concurrency());
	}

	void start() {
		this.lock.lock();
		try {
			if (this.senders == null && this.settings.webhooks().enabled()) {
				int threads = this.settings.webhooks().concurrency();
				ThreadPoolExecutor pool = new ThreadPoolExecutor(threads, threads, 30, TimeUnit.SECONDS,
						new LinkedBlockingQueue<>(), daemons());
				pool.allowCoreThreadTimeOut(true);
				this.senders = pool;
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	private static ThreadFactory daemons() {
		return (task) -> {
			Thread created = new Thread(task, "ojs-webhook-sender");
			created.setDaemon(true);
			return created;
		};
	}

	/**
	 * Stops. What is being sent may come to its end within the time that a stop has; the
	 * rest is sent again by others when its lease is over.
	 */
	void stop() {
		ExecutorService stopping;
		Thread ending;
		this.lock.lock();
		try {
			stopping = this.senders;
			ending = this.thread;
			this.senders = null;
			this.thread = null;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		try {
			if (ending != null) {
				ending.join(TimeUnit.SECONDS.toMillis(5));
			}
			if (stopping != null) {
				stopping.shutdown();
				if (!stopping.awaitTermination(5, TimeUnit.SECONDS)) {
					stopping.shutdownNow();
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Says whether anybody subscribes.
	 * @param subscribed whether there are active subscriptions
	 */
	void told(boolean subscribed) {
		this.lock.lock();
		try {
			if (subscribed && this.thread == null && this.senders != null) {
				Thread started = new Thread(this::run, "ojs-webhooks");
				started.setDaemon(true);
				this.thread = started;
				started.start();
			}
			else if (!subscribed && this.thread != null) {
				this.thread = null;
				this.shares.forgive();
				this.changed.signalAll();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Says that a delivery has become due on this node's account. */
	void poke() {
		this.lock.lock();
		try {
			this.poked = true;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean running() {
		return Thread.currentThread().equals(this.thread);
	}

	private void run() {
		Duration backOff = Duration.ZERO;
		while (running()) {
			try {
				Duration rest = round();
				backOff = Duration.ZERO;
				sleep(rest);
			}
			catch (RuntimeException | Error ex) {
				if (backOff.isZero()) {
					logger.warn("Webhooks pause and try again until the database answers: {}", Redaction.text(ex));
					logger.debug("The failure", ex);
				}
				Duration next = backOff.isZero() ? Duration.ofMillis(200) : backOff.multipliedBy(2);
				backOff = (next.compareTo(MAX_BACK_OFF) < 0) ? next : MAX_BACK_OFF;
				sleep(backOff);
			}
		}
	}

	/**
	 * Does a part of what there is to do.
	 * @return for how long there is nothing more
	 */
	private Duration round() {
		Webhooks.Look look = this.store.webhooks().look();
		boolean more = look.news() && this.fanOut.advance();
		Duration due = look.due();
		if (more || (due != null && due.compareTo(Duration.ZERO) <= 0)) {
			more |= dispatch();
		}
		if (more) {
			return Duration.ZERO;
		}
		Duration interval = this.settings.maintenanceInterval();
		// What is due and was not claimed is another node's, or waits for a thread here.
		return (due != null && due.compareTo(Duration.ZERO) > 0 && due.compareTo(interval) < 0) ? due.plusMillis(1)
				: interval;
	}

	private boolean dispatch() {
		int free = this.shares.free();
		if (free <= 0) {
			return false;
		}
		List<Claimed> claimed = this.store.transactions()
			.separately(() -> this.store.deliveries()
				.claim(free, this.shares.each(), this.shares.left(), this.sender.lease()));
		claimed.forEach(this::submit);
		return !claimed.isEmpty() && claimed.size() < free;
	}

	private void submit(Claimed delivery) {
		this.lock.lock();
		try {
			if (this.senders == null) {
				return;
			}
			this.shares.began(delivery.webhookId());
			this.senders.execute(() -> send(delivery));
		}
		catch (RejectedExecutionException ex) {
			logger.debug("Stopped before delivery {} was sent; its lease brings it back", delivery.id());
			this.shares.ended(delivery.webhookId());
		}
		finally {
			this.lock.unlock();
		}
	}

	private void send(Claimed delivery) {
		try {
			this.shares.heard(delivery.webhookId(), this.sender.send(delivery, true).status() != null);
		}
		catch (RuntimeException ex) {
			logger.warn("Could not note how delivery {} has ended; it is sent again when its lease is over: {}",
					delivery.id(), Redaction.text(ex));
			logger.debug("The failure", ex);
		}
		finally {
			this.shares.ended(delivery.webhookId());
			poke();
		}
	}

	private void sleep(Duration duration) {
		this.lock.lock();
		try {
			long left = duration.toNanos();
			while (running() && left > 0 && !this.poked) {
				left = this.changed.awaitNanos(left);
			}
			this.poked = false;
		}
		catch (InterruptedException ex) {
			// Nobody interrupts this thread on purpose; the loop's condition decides.
			logger.debug("Interrupted", ex);
		}
		finally {
			this.lock.unlock();
		}
	}

}
