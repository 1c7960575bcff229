package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds available jobs below the marks of this node's claims that nobody has told of: the
 * guarantee behind notifications. A thread of its own, since a look takes long while
 * another session keeps dead rows from being removed, and neither claims nor maintenance
 * may wait for it then.
 */
final class Latecomers {

	private static final Logger logger = LoggerFactory.getLogger(Latecomers.class);

	private static final Duration EVERY = Duration.ofSeconds(5);

	/** Looks take at most one part in so many of the time. */
	private static final int SHARE = 100;

	private final Store store;

	private final Announcements announcements;

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private @Nullable Thread thread;

	Latecomers(Store store, Announcements announcements) {
		this.store = store;
		this.announcements = announcements;
	}

	void start() {
		this.lock.lock();
		try {
			if (this.thread == null) {
				Thread started = new Thread(this::run, "ojs-latecomers");
				started.setDaemon(true);
				this.thread = started;
				started.start();
			}
		}
		finally {
			this.lock.unlock();
		}
	}

	void stop() {
		this.lock.lock();
		try {
			this.thread = null;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void run() {
		Duration pause = EVERY;
		while (pause(pause)) {
			long start = System.nanoTime();
			try {
				look();
			}
			catch (RuntimeException | Error ex) {
				// Maintenance tells of a database that is away.
				logger.debug("Could not look for jobs below the marks; the next look does", ex);
			}
			Duration earliest = Duration.ofNanos(System.nanoTime() - start).multipliedBy(SHARE);
			pause = (earliest.compareTo(EVERY) > 0) ? earliest : EVERY;
		}
	}

	private void look() {
		Set<String> queues = this.store.claims().lookBelowMarks();
		if (!queues.isEmpty()) {
			logger.debug("Found jobs below the marks in {}", queues);
			queues.forEach(this.announcements.signals()::available);
		}
	}

	private boolean pause(Duration duration) {
		long left = duration.toNanos();
		long end = System.nanoTime() + left;
		this.lock.lock();
		try {
			while (Thread.currentThread().equals(this.thread) && left > 0) {
				this.changed.awaitNanos(left);
				left = end - System.nanoTime();
			}
			return Thread.currentThread().equals(this.thread);
		}
		catch (InterruptedException ex) {
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

}
