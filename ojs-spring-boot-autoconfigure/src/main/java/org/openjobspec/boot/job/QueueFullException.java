package org.openjobspec.boot.job;

import java.util.Map;

/**
 * The queue holds as many jobs as it may (ojs-backpressure 5): 429 {@code QUEUE_FULL}.
 * Nothing was stored, and the caller's transaction is intact.
 */
public final class QueueFullException extends OjsException {

	private static final long serialVersionUID = 1L;

	/**
	 * Creates the exception.
	 * @param queue the queue
	 * @param depth how many jobs it holds, as far as was counted
	 * @param bound how many it may hold
	 */
	public QueueFullException(String queue, int depth, int bound) {
		super("QUEUE_FULL", 429, true,
				"The queue '%s' holds %d jobs that have not ended, and may hold %d".formatted(queue, depth, bound),
				Map.of("queue", queue, "depth", depth, "bound", bound, "strategy", "reject"));
	}

	@Override
	public String hint() {
		return "Try again when workers have caught up, or raise the queue's max_depth.";
	}

}
