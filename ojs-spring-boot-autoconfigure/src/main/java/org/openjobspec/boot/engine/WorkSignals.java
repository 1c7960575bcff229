package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Wakes waiting workers of this node when a job becomes available. A worker notes the
 * count before it looks and waits for a higher one, so that a job which appears between
 * the look and the wait is not overslept.
 */
final class WorkSignals {

	// A lock and not a monitor: a virtual thread that waits in a monitor keeps its
	// carrier on older JVMs.
	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private final Map<String, Long> counts = new HashMap<>();

	private long count;

	private long everywhere;

	long count() {
		this.lock.lock();
		try {
			return this.count;
		}
		finally {
			this.lock.unlock();
		}
	}

	void available(String queue) {
		this.lock.lock();
		try {
			this.counts.put(queue, ++this.count);
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	/** Wakes everybody, whatever they wait for. */
	void availableEverywhere() {
		this.lock.lock();
		try {
			this.everywhere = ++this.count;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	boolean await(Collection<String> queues, long since, Duration timeout) throws InterruptedException {
		long nanos = timeout.toNanos();
		this.lock.lockInterruptibly();
		try {
			while (!changedSince(queues, since)) {
				if (nanos <= 0) {
					return false;
				}
				nanos = this.changed.awaitNanos(nanos);
			}
			return true;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean changedSince(Collection<String> queues, long since) {
		if (this.everywhere > since) {
			return true;
		}
		for (String queue : queues) {
			if (this.counts.getOrDefault(queue, 0L) > since) {
				return true;
			}
		}
		return false;
	}

}
