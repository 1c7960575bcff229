package org.openjobspec.boot.autoconfigure;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what an application need not wait for when it starts. To read the classes of the
 * engine and the worker takes longer than all else that is ours in a start.
 */
final class StartThread {

	private static final Logger logger = LoggerFactory.getLogger(StartThread.class);

	private StartThread() {
	}

	/**
	 * Runs something on a thread of its own. It keeps the application alive, which may
	 * have no other thread than those of the worker that it starts.
	 * @param work what to run
	 */
	static void run(Runnable work) {
		new Thread(() -> {
			try {
				work.run();
			}
			catch (RuntimeException | Error ex) {
				logger.error("The application has started, and its jobs are not all worked on: "
						+ "restart it when the cause is mended", ex);
			}
		}, "ojs-start").start();
	}

}
