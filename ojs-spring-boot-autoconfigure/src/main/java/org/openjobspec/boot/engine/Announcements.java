package org.openjobspec.boot.engine;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.store.Claims;
import org.openjobspec.boot.store.NodeChannel;
import org.openjobspec.boot.store.Transactions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells this node what has happened, once the transaction in which it happened has
 * committed: wakes workers, interrupts handlers, calls listeners.
 */
final class Announcements {

	private static final Logger logger = LoggerFactory.getLogger(Announcements.class);

	private final Transactions transactions;

	private final Claims claims;

	private final WorkSignals signals = new WorkSignals();

	private final List<Consumer<JobEvent>> eventListeners = new CopyOnWriteArrayList<>();

	private final List<AttemptListener> attemptListeners = new CopyOnWriteArrayList<>();

	private final List<Consumer<UUID>> cancelListeners = new CopyOnWriteArrayList<>();

	private final @Nullable NodeChannel channel;

	private final Set<String> queues = ConcurrentHashMap.newKeySet();

	Announcements(Transactions transactions, Claims claims, @Nullable NodeChannel channel) {
		this.transactions = transactions;
		this.claims = claims;
		this.channel = channel;
	}

	/**
	 * A job that has become available.
	 */
	record Available(String queue, int priority, long seq) {
	}

	WorkSignals signals() {
		return this.signals;
	}

	void onEvent(Consumer<JobEvent> listener) {
		this.eventListeners.add(listener);
	}

	void onAttempt(AttemptListener listener) {
		this.attemptListeners.add(listener);
	}

	void onCancelled(Consumer<UUID> listener) {
		this.cancelListeners.add(listener);
	}

	/** The queues seen so far by this node. */
	Set<String> queues() {
		return this.queues;
	}

	void seen(String queue) {
		this.queues.add(queue);
	}

	void available(List<Available> jobs) {
		if (!jobs.isEmpty()) {
			Collection<Available> lowest = lowestPerLane(jobs);
			this.transactions.afterCommit(() -> {
				lowest.forEach(this::appeared);
				NodeChannel nodes = this.channel;
				if (nodes != null) {
					lowest.forEach(job -> nodes.tellAvailable(job.queue(), job.priority(), job.seq()));
				}
			});
		}
	}

	/** Jobs of a queue that have been there before may be claimed again. */
	void resumed(String queue) {
		// Below no mark, so that only the wake-up is heard.
		available(List.of(new Available(queue, 0, Long.MAX_VALUE)));
	}

	// The lowest number of each queue and priority tells where to look; the others follow
	// it.
	private static Collection<Available> lowestPerLane(List<Available> jobs) {
		Map<Available, Available> lowest = new HashMap<>();
		for (Available job : jobs) {
			lowest.merge(new Available(job.queue(), job.priority(), 0), job,
					(one, other) -> (one.seq() <= other.seq()) ? one : other);
		}
		return lowest.values();
	}

	private void appeared(Available job) {
		this.claims.appeared(job.queue(), job.priority(), job.seq());
		seen(job.queue());
		this.signals.available(job.queue());
	}

	void startHearing() {
		if (this.channel != null) {
			this.channel.start(new OtherNodes());
		}
	}

	boolean listens() {
		return this.channel != null;
	}

	boolean hearsOthers() {
		return this.channel != null && this.channel.listening();
	}

	void stopHearing() {
		if (this.channel != null) {
			this.channel.stop();
		}
	}

	void cancelled(UUID job) {
		this.transactions.afterCommit(() -> {
			this.cancelListeners.forEach(listener -> listener.accept(job));
			NodeChannel nodes = this.channel;
			if (nodes != null) {
				nodes.tellCancelled(job);
			}
		});
	}

	void afterCommit(Runnable action) {
		this.transactions.afterCommit(action);
	}

	/**
	 * Publishes events after the commit. What several threads have committed is published
	 * in no common order.
	 * @param events makes the events; not called when nobody listens
	 */
	void events(Supplier<List<JobEvent>> events) {
		if (!this.eventListeners.isEmpty()) {
			List<JobEvent> made = events.get();
			this.transactions.afterCommit(() -> Gathering.afterwards(() -> made.forEach(this::publish)));
		}
	}

	/**
	 * Tells of attempts after the commit.
	 * @param tell tells one listener
	 */
	void attempts(Consumer<AttemptListener> tell) {
		if (!this.attemptListeners.isEmpty()) {
			this.transactions.afterCommit(() -> Gathering.afterwards(() -> this.attemptListeners.forEach((listener) -> {
				try {
					tell.accept(listener);
				}
				catch (RuntimeException | Error ex) {
					logger.warn("A listener failed on an attempt; the attempt itself is not affected", ex);
				}
			})));
		}
	}

	// Nor may an error keep the other listeners from what has happened.
	private void publish(JobEvent event) {
		for (Consumer<JobEvent> listener : this.eventListeners) {
			try {
				listener.accept(event);
			}
			catch (RuntimeException | Error ex) {
				logger.warn("A listener failed on {} of job {}; the job itself is not affected", event.type(),
						event.jobId(), ex);
			}
		}
	}

	/** What the other nodes tell has been committed there. */
	private final class OtherNodes implements NodeChannel.Listener {

		@Override
		public void available(String queue, int priority, long seq) {
			appeared(new Available(queue, priority, seq));
		}

		@Override
		public void cancelled(UUID job) {
			Announcements.this.cancelListeners.forEach(listener -> listener.accept(job));
		}

		@Override
		public void connected() {
			Announcements.this.claims.forgetMarks();
			Announcements.this.signals.availableEverywhere();
		}

	}

}
