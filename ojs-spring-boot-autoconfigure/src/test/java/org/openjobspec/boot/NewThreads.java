package org.openjobspec.boot;

import java.util.List;
import java.util.Set;

/**
 * The library's threads that have been started since this was made: other tests may have
 * left applications that run on.
 */
public final class NewThreads {

	private final Set<Thread> others = Thread.getAllStackTraces().keySet();

	/**
	 * Those that live now.
	 * @return their names
	 */
	public List<String> names() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.isAlive() && !this.others.contains(thread))
			.map(Thread::getName)
			.filter((name) -> name.startsWith("ojs-"))
			.toList();
	}

}
