package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import org.openjobspec.boot.job.Pool;

/**
 * Whose turn it is. Of any turns in a row that are as many as all weights together, each
 * queue has as many as its own weight, and they lie evenly among those of the others:
 * with each turn every queue gains its weight, the richest one has the turn and pays all
 * weights for it. After as many turns as all weights together nobody has anything left,
 * and it begins anew.
 */
final class Turns {

	private final List<String> queues;

	private final int[] weights;

	private final long[] credit;

	private final long sum;

	Turns(Pool pool) {
		this.queues = List.copyOf(pool.queues().keySet());
		boolean weighted = pool.strategy() == Pool.Strategy.WEIGHTED;
		Collection<Integer> values = pool.queues().values();
		this.weights = values.stream().mapToInt((weight) -> weighted ? weight : 1).toArray();
		this.credit = new long[this.weights.length];
		long total = 0;
		for (int weight : this.weights) {
			total += weight;
		}
		this.sum = total;
	}

	/**
	 * Gives turns away.
	 * @param count how many
	 * @return the queues that have them, in order
	 */
	synchronized List<String> next(int count) {
		List<String> turns = new ArrayList<>(count);
		for (int i = 0; i < count; i++) {
			turns.add(this.queues.get(next()));
		}
		return turns;
	}

	private int next() {
		int richest = 0;
		for (int i = 0; i < this.credit.length; i++) {
			this.credit[i] += this.weights[i];
			if (this.credit[i] > this.credit[richest]) {
				richest = i;
			}
		}
		this.credit[richest] -= this.sum;
		return richest;
	}

}
