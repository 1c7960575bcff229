package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.Pool;
import org.openjobspec.boot.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Named sets of queues, and whose turn it is among them (ojs-fair-scheduling).
 */
public final class PoolDesk {

	private static final Logger logger = LoggerFactory.getLogger(PoolDesk.class);

	private static final Duration AGE = Duration.ofSeconds(1);

	private static final String KIND = "pool";

	/** Guards against clients that make their pools up. */
	private static final int MAX_TURNS = 256;

	private final Store store;

	private final Fetcher fetcher;

	private final Recent<List<Pool>> known;

	private final Map<Pool, Turns> turns = new ConcurrentHashMap<>();

	PoolDesk(Store store, Fetcher fetcher) {
		this.store = store;
		this.fetcher = fetcher;
		this.known = new Recent<>(AGE, store.pools()::list);
	}

	/**
	 * Stores a pool, in place of the one of its name. Other nodes learn of it within a
	 * second.
	 * @param pool the pool
	 * @return whether there was none
	 */
	public boolean put(Pool pool) {
		boolean created = this.store.transactions().writeOnce(KIND, pool.name(), () -> this.store.pools().put(pool));
		this.store.transactions().afterCommit(this.known::forget);
		return created;
	}

	/**
	 * Deletes a pool. Its queues stay as they are.
	 * @param name its name
	 * @throws NotFoundException if there is none of that name
	 */
	public void delete(String name) {
		Pool.checkName("name", name);
		boolean deleted = this.store.transactions().writeOnce(KIND, name, () -> this.store.pools().delete(name));
		this.store.transactions().afterCommit(this.known::forget);
		if (!deleted) {
			throw new NotFoundException(KIND, name);
		}
	}

	/**
	 * Reads a pool.
	 * @param name its name
	 * @return the pool, or nothing
	 */
	public Optional<Pool> find(String name) {
		return this.store.pools().list().stream().filter((pool) -> pool.name().equals(name)).findFirst();
	}

	/**
	 * Lists the pools.
	 * @return the pools by name
	 */
	public List<Pool> list() {
		return this.store.pools().list();
	}

	/**
	 * Finds a pool to fetch from.
	 * @param name its name
	 * @return the pool, as this node has known it within the last second
	 * @throws NotFoundException if there is none of that name
	 */
	public Pool require(String name) {
		Pool.checkName(KIND, name);
		return this.known.get()
			.stream()
			.filter((pool) -> pool.name().equals(name))
			.findFirst()
			.orElseThrow(() -> new NotFoundException(KIND, name));
	}

	/**
	 * Fetches jobs of the queues whose turn it is on this node. As long as all queues of
	 * a pool have jobs, of any jobs in a row that this node hands out of it and that are
	 * as many as all weights together, each queue delivers as many as its own weight. A
	 * queue that has none passes its turn on to the next one in the pool's order. One job
	 * is fetched by one statement, several by one for each queue at most, and one more.
	 * @param pool the queues; need not be stored
	 * @param request what to fetch; its queues do not matter
	 * @return the jobs, now active, perhaps none
	 */
	public List<Job> fetch(Pool pool, FetchRequest request) {
		List<String> queues = List.copyOf(pool.queues().keySet());
		if (pool.strategy() == Pool.Strategy.STRICT || request.count() < 1) {
			return this.fetcher.fetch(request.from(queues, request.count()));
		}
		List<String> turns = turns(pool).next(request.count());
		// One by itself: when all queues are empty, that is known after one statement.
		List<Job> first = this.fetcher.fetch(request.from(startingWith(turns.get(0), queues), 1));
		if (first.isEmpty() || turns.size() == 1) {
			return first;
		}
		List<Job> jobs = new ArrayList<>(first);
		try {
			Map<String, Integer> shares = new LinkedHashMap<>();
			turns.stream().skip(1).forEach((queue) -> shares.merge(queue, 1, Integer::sum));
			shares.forEach((queue, count) -> jobs.addAll(this.fetcher.fetch(request.from(List.of(queue), count))));
			int missing = request.count() - jobs.size();
			if (missing > 0) {
				jobs.addAll(this.fetcher.fetch(request.from(startingWith(turns.get(0), queues), missing)));
			}
		}
		catch (RuntimeException ex) {
			// What was claimed is committed and its leases run, so its worker must
			// get it. The next fetch meets what has gone wrong if it still does.
			logger.debug("A fetch from the pool '{}' delivers the {} jobs that were claimed before it failed",
					pool.name(), jobs.size(), ex);
		}
		return jobs;
	}

	private Turns turns(Pool pool) {
		if (this.turns.size() > MAX_TURNS && !this.turns.containsKey(pool)) {
			this.turns.clear();
		}
		return this.turns.computeIfAbsent(pool, Turns::new);
	}

	private static List<String> startingWith(String first, List<String> queues) {
		List<String> order = new ArrayList<>(queues);
		Collections.rotate(order, -queues.indexOf(first));
		return order;
	}

	void forget() {
		this.known.forget();
		this.turns.clear();
	}

}
