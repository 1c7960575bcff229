package org.openjobspec.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;

/**
 * What needs the tables waits here until they are there. Open unless something has closed
 * it.
 */
final class SchemaGate implements Executor {

	private final List<Runnable> waiting = new ArrayList<>();

	private @Nullable String obstacle;

	/**
	 * Closes, or changes what is in the way.
	 * @param reason why there are no tables yet
	 */
	synchronized void close(String reason) {
		this.obstacle = reason;
	}

	/**
	 * Opens, and runs what has waited, in the order in which it came. When one fails, it
	 * and those behind it wait on, so that they are run the next time.
	 */
	void open() {
		List<Runnable> released;
		synchronized (this) {
			this.obstacle = null;
			released = List.copyOf(this.waiting);
			this.waiting.clear();
		}
		for (int i = 0; i < released.size(); i++) {
			try {
				released.get(i).run();
			}
			catch (RuntimeException | Error ex) {
				putBack(released.subList(i, released.size()));
				throw ex;
			}
		}
	}

	private synchronized void putBack(List<Runnable> work) {
		this.waiting.addAll(0, work);
	}

	/**
	 * What is in the way.
	 * @return a sentence; {@code null} if nothing is
	 */
	synchronized @Nullable String obstacle() {
		return this.obstacle;
	}

	/**
	 * Runs something at once, or when the gate opens.
	 * @param work what to run
	 */
	@Override
	public void execute(Runnable work) {
		synchronized (this) {
			if (this.obstacle != null) {
				this.waiting.add(work);
				return;
			}
		}
		work.run();
	}

}
