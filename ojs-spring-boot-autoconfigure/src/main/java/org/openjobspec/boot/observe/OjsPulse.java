package org.openjobspec.boot.observe;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.QueueDepth;
import org.openjobspec.boot.engine.WorkerTally;

/**
 * Knows what the queues hold and how many workers there are, for gauges and probes, which
 * must be answered at once. A thread of its own asks the database while somebody looks,
 * every ten seconds and, however long the answer takes, for at most one part in twenty of
 * the time; two minutes after the last look it ends. The history is not read.
 */
public final class OjsPulse implements AutoCloseable {

	private static final Duration EVERY = Duration.ofSeconds(10);

	private static final Duration ATTENTION = Duration.ofMinutes(2);

	private static final int SHARE = 20;

	private final Supplier<Reading> source;

	private final long every;

	private final long attention;

	private final List<Consumer<Reading>> listeners = new CopyOnWriteArrayList<>();

	private final ReentrantLock lock = new ReentrantLock();

	private final Condition changed = this.lock.newCondition();

	private @Nullable Thread thread;

	private @Nullable Reading reading;

	private long freshUntil;

	private long askedAt;

	private long rounds;

	private boolean closed;

	/**
	 * Creates a pulse that nobody looks at yet.
	 * @param engine asks the database
	 */
	public OjsPulse(JobEngine engine) {
		this(() -> new Reading(engine.admin().depths(), engine.workers().tally()), EVERY, ATTENTION);
	}

	OjsPulse(Supplier<Reading> source, Duration every, Duration attention) {
		this.source = source;
		this.every = every.toNanos();
		this.attention = attention.toNanos();
	}

	/**
	 * What the database has said.
	 *
	 * @param queues what each queue holds
	 * @param workers how many workers there are
	 */
	record Reading(List<QueueDepth> queues, WorkerTally workers) {
	}

	/**
	 * Calls back with each reading, on the thread that has asked for it.
	 */
	void onReading(Consumer<Reading> listener) {
		this.listeners.add(listener);
	}

	/**
	 * Says that somebody looks. Never waits.
	 */
	void look() {
		this.lock.lock();
		try {
			attend();
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * The latest reading, if it is not an old one.
	 * @param patience how long to wait if there is none
	 * @return the reading; {@code null} if the database has not answered lately
	 * @throws InterruptedException if the waiting thread is interrupted
	 */
	@Nullable Reading latest(Duration patience) throws InterruptedException {
		this.lock.lock();
		try {
			attend();
			long left = patience.toNanos();
			long round = this.rounds;
			while (!isFresh() && this.rounds == round && !this.closed && left > 0) {
				left = this.changed.awaitNanos(left);
			}
			return isFresh() ? this.reading : null;
		}
		finally {
			this.lock.unlock();
		}
	}

	private boolean isFresh() {
		return this.reading != null && System.nanoTime() - this.freshUntil < 0;
	}

	private void attend() {
		this.askedAt = System.nanoTime();
		if (this.thread == null && !this.closed) {
			Thread started = new Thread(this::run, "ojs-pulse");
			started.setDaemon(true);
			started.start();
			this.thread = started;
		}
	}

	private void run() {
		long pause;
		do {
			long start = System.nanoTime();
			Reading read = read();
			pause = Math.max(this.every, (System.nanoTime() - start) * SHARE);
			note(read, pause);
		}
		while (pause(pause));
	}

	private @Nullable Reading read() {
		try {
			Reading read = this.source.get();
			this.listeners.forEach((listener) -> listener.accept(read));
			return read;
		}
		catch (RuntimeException | Error ex) {
			// Health reports a database that does not answer.
			return null;
		}
	}

	private void note(@Nullable Reading read, long pause) {
		this.lock.lock();
		try {
			if (read != null) {
				this.reading = read;
				this.freshUntil = System.nanoTime() + 2 * pause;
			}
			this.rounds++;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
	}

	// Decides under the lock, so that whoever looks finds a thread or starts one.
	private boolean pause(long nanos) {
		long end = System.nanoTime() + nanos;
		this.lock.lock();
		try {
			for (long left = nanos; left > 0 && !this.closed; left = end - System.nanoTime()) {
				this.changed.awaitNanos(left);
			}
			if (!this.closed && System.nanoTime() - this.askedAt < this.attention) {
				return true;
			}
			this.thread = null;
			return false;
		}
		catch (InterruptedException ex) {
			this.thread = null;
			return false;
		}
		finally {
			this.lock.unlock();
		}
	}

	/**
	 * Stops asking, and waits shortly for a question that is on its way.
	 */
	@Override
	public void close() {
		Thread running;
		this.lock.lock();
		try {
			this.closed = true;
			running = this.thread;
			this.changed.signalAll();
		}
		finally {
			this.lock.unlock();
		}
		if (running != null) {
			try {
				running.join(TimeUnit.SECONDS.toMillis(2));
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

}
