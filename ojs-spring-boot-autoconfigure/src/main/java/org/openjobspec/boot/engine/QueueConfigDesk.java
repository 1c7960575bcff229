package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.store.QueueConfigs;
import org.openjobspec.boot.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What operators set for queues, by calls or by properties (ojs-queue-config 6 and 7).
 * What a call has set is stored and holds on all nodes; properties say what holds where
 * no call has said anything. Bounds and limits hold as soon as the call returns, the rest
 * on other nodes within a second; jobs that are stored already keep what they have.
 */
public final class QueueConfigDesk {

	private static final Logger logger = LoggerFactory.getLogger(QueueConfigDesk.class);

	private final Store store;

	private final QueueRules rules;

	private final Limiter limiter;

	private final AtomicReference<@Nullable Declaration> pending = new AtomicReference<>();

	QueueConfigDesk(Store store, QueueRules rules, Limiter limiter) {
		this.store = store;
		this.rules = rules;
		this.limiter = limiter;
	}

	private record Declaration(String owner, Map<String, QueueSettings> queues) {
	}

	/**
	 * Reads what is set for a queue.
	 * @param queue the queue's name, whether it is in use or not, or
	 * {@link QueueSettings#DEFAULT_QUEUE}
	 * @return the settings as they are stored now
	 */
	public QueueConfig read(String queue) {
		check(queue);
		QueueSettings common = QueueSettings.NONE;
		QueueConfigs.Entry own = new QueueConfigs.Entry(queue, QueueSettings.NONE, QueueSettings.NONE, null, null);
		for (QueueConfigs.Entry entry : this.store.queueConfigs().all()) {
			common = entry.name().equals(QueueSettings.DEFAULT_QUEUE) ? entry.words() : common;
			own = entry.name().equals(queue) ? entry : own;
		}
		return new QueueConfig(queue, own.stored(), own.declared(), own.inForce().or(common), own.updatedAt());
	}

	/**
	 * Changes what calls have set for a queue. Of two changes at once neither is lost.
	 * @param queue the queue's name; it need not exist yet.
	 * {@link QueueSettings#DEFAULT_QUEUE} stands for all queues that say nothing, and
	 * cannot be limited
	 * @param change makes the settings that calls have set from those that they had set
	 * before
	 * @return the settings as they are now
	 * @throws InvalidRequestException if a value makes no sense
	 */
	public QueueConfig change(String queue, UnaryOperator<QueueSettings.Builder> change) {
		check(queue);
		this.store.transactions().writeAtomically("configure", queue, () -> {
			QueueConfigs.Entry before = this.store.queueConfigs().lock(queue);
			QueueSettings stored = change.apply(before.stored().toBuilder()).build();
			if (queue.equals(QueueSettings.DEFAULT_QUEUE) && stored.limits()) {
				throw InvalidRequestException.field("concurrency",
						"_default cannot have concurrency, rate_limit or throttle: a limit is one queue's");
			}
			this.store.queueConfigs().store(queue, stored);
			enforce(queue, before.words(), stored.or(before.declared()));
			return true;
		});
		this.store.transactions().afterCommit(this::changed);
		return read(queue);
	}

	private void changed() {
		this.rules.forget();
		this.limiter.changed();
	}

	private static void check(String queue) {
		if (!queue.equals(QueueSettings.DEFAULT_QUEUE)) {
			JobRequest.checkQueue("queue", queue);
		}
	}

	// Only what changes: a node of an earlier version may have set the rest.
	private void enforce(String queue, QueueSettings before, QueueSettings after) {
		if (queue.equals(QueueSettings.DEFAULT_QUEUE)) {
			return;
		}
		if (!Objects.equals(before.maxDepth(), after.maxDepth())) {
			Integer bound = after.maxDepth();
			this.store.queues().bound(queue, (bound != null && bound > 0) ? bound : null);
		}
		boolean same = Objects.equals(before.concurrency(), after.concurrency())
				&& Objects.equals(before.rate(), after.rate()) && Objects.equals(before.throttle(), after.throttle());
		if (!same) {
			RateLimit limit = new RateLimit("queue:" + queue, after.concurrency(), after.rate(), after.throttle(),
					RateLimit.OnLimit.WAIT);
			this.store.rateLimits().introduce(queue, limit);
			this.store.rateLimits().set(limit);
			this.store.rateLimits().limitQueue(queue, after.limits());
		}
	}

	/**
	 * Says what the properties of an application set for queues.
	 * @param owner the application
	 * @param queues the settings by queue
	 * @see JobEngine#declareQueues
	 */
	void declare(String owner, Map<String, QueueSettings> queues) {
		Map<String, QueueSettings> sorted = new TreeMap<>(queues);
		this.rules.declareHere(sorted);
		this.pending.set(new Declaration(owner, sorted));
	}

	/**
	 * Stores what has been declared. Called by one thread, again and again until the
	 * database answers.
	 */
	void register() {
		Declaration declaration = this.pending.get();
		if (declaration == null) {
			return;
		}
		// In the order of their names, so that two nodes that start together cannot wait
		// for each other.
		this.store.transactions().separately(() -> {
			List<String> names = new ArrayList<>(declaration.queues().keySet());
			names.addAll(this.store.queueConfigs().undeclared(declaration.owner(), names));
			names.stream().sorted().forEach((name) -> register(name, declaration));
			return true;
		});
		if (!declaration.queues().isEmpty()) {
			logger.info("'{}' declares settings of the queues {}", declaration.owner(), declaration.queues().keySet());
		}
		// Unless more has been declared meanwhile.
		this.pending.compareAndSet(declaration, null);
		changed();
	}

	private void register(String queue, Declaration declaration) {
		QueueConfigs.Entry before = this.store.queueConfigs().lock(queue);
		QueueSettings declared = declaration.queues().getOrDefault(queue, QueueSettings.NONE);
		this.store.queueConfigs()
			.declare(queue, declared, declaration.queues().containsKey(queue) ? declaration.owner() : null);
		enforce(queue, before.words(), before.stored().or(declared));
	}

}
