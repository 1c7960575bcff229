package org.openjobspec.boot.engine;

/**
 * How near a bounded queue is to its bound.
 *
 * @param queue the queue
 * @param depth how many available, scheduled and retryable jobs it holds
 * @param bound how many it may hold
 */
public record QueuePressure(String queue, int depth, int bound) {

	/**
	 * The part of the bound that is taken.
	 * @return from 0 to 1
	 */
	public double ratio() {
		return (double) this.depth / this.bound;
	}

}
