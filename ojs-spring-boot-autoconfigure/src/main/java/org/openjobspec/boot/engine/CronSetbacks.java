package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which periodic jobs could not be fired of late, and are let be for a while: one second,
 * doubled with each failure up to five minutes. Used by the thread of maintenance alone.
 */
final class CronSetbacks {

	private static final Duration FIRST = Duration.ofSeconds(1);

	private static final Duration LONGEST = Duration.ofMinutes(5);

	private final Map<String, Setback> setbacks = new HashMap<>();

	private record Setback(Duration pause, long until) {
	}

	/**
	 * The periodic jobs that are not to be tried now.
	 * @return their names
	 */
	Set<String> waiting() {
		long now = System.nanoTime();
		// One that was not tried again since has been deleted or changed.
		this.setbacks.values().removeIf((setback) -> now - setback.until() > LONGEST.toNanos());
		Set<String> names = new HashSet<>();
		this.setbacks.forEach((name, setback) -> {
			if (now - setback.until() < 0) {
				names.add(name);
			}
		});
		return names;
	}

	/**
	 * Notes a failure.
	 * @param name the periodic job
	 * @return for how long it is not to be tried
	 */
	Duration failed(String name) {
		Setback last = this.setbacks.get(name);
		Duration doubled = (last != null) ? last.pause().multipliedBy(2) : FIRST;
		Duration pause = (doubled.compareTo(LONGEST) < 0) ? doubled : LONGEST;
		this.setbacks.put(name, new Setback(pause, System.nanoTime() + pause.toNanos()));
		return pause;
	}

	/**
	 * Notes a success.
	 * @param name the periodic job
	 */
	void succeeded(String name) {
		this.setbacks.remove(name);
	}

}
