package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.store.QueueConfigs;

/**
 * What is set for queues, as this node has learned it within the last second: what calls
 * say, then what applications declare, then what holds for queues that say nothing.
 * Nobody who enqueues waits for it more than once per second.
 */
final class QueueRules {

	private static final long FRESH = Duration.ofSeconds(1).toNanos();

	private final QueueConfigs configs;

	private volatile Map<String, QueueSettings> declaredHere = Map.of();

	/** Nothing before the first look, for which everybody looks who comes. */
	private volatile @Nullable Known known;

	private volatile long readAt = System.nanoTime() - FRESH;

	QueueRules(QueueConfigs configs) {
		this.configs = configs;
	}

	/**
	 * What is known.
	 *
	 * @param queues what holds for queues of which something is said
	 * @param others what holds for all others
	 */
	record Known(Map<String, QueueSettings> queues, QueueSettings others) {
	}

	/**
	 * Notes what this application declares, so that it holds before the database knows
	 * it.
	 * @param queues the settings by queue
	 */
	void declareHere(Map<String, QueueSettings> queues) {
		this.declaredHere = Map.copyOf(queues);
		forget();
	}

	/**
	 * What holds for a queue.
	 * @param queue its name
	 * @return the settings
	 */
	QueueSettings of(String queue) {
		Known now = known();
		QueueSettings own = now.queues().get(queue);
		return (own != null) ? own : now.others();
	}

	/**
	 * Looks at once, for those who delete by it: what was learned within somebody's open
	 * transaction may never be committed. To be called outside of any.
	 */
	Known readNow() {
		return read();
	}

	void forget() {
		this.readAt = System.nanoTime() - FRESH;
	}

	private Known known() {
		Known last = this.known;
		if (last == null || System.nanoTime() - this.readAt >= FRESH) {
			// First, so that of many who come together one reads.
			this.readAt = System.nanoTime();
			try {
				last = read();
				this.known = last;
			}
			catch (RuntimeException ex) {
				forget();
				throw ex;
			}
		}
		return last;
	}

	private Known read() {
		Map<String, QueueConfigs.Entry> entries = new HashMap<>();
		this.configs.all().forEach((entry) -> entries.put(entry.name(), entry));
		QueueConfigs.Entry common = entries.remove(QueueSettings.DEFAULT_QUEUE);
		QueueSettings others = (common != null) ? common.words() : QueueSettings.NONE;
		Set<String> names = new TreeSet<>(entries.keySet());
		names.addAll(this.declaredHere.keySet());
		Map<String, QueueSettings> queues = new HashMap<>();
		for (String name : names) {
			QueueConfigs.Entry entry = entries.get(name);
			boolean declared = entry != null && !entry.declared().equals(QueueSettings.NONE);
			QueueSettings here = declared ? QueueSettings.NONE
					: this.declaredHere.getOrDefault(name, QueueSettings.NONE);
			QueueSettings own = (entry != null) ? entry.inForce() : QueueSettings.NONE;
			queues.put(name, own.or(here).or(others));
		}
		return new Known(Map.copyOf(queues), others);
	}

}
