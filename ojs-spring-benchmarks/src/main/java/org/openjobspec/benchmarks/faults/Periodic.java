package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A periodic job of the load.
 *
 * @param name its name
 * @param expression when it is due
 * @param interval the time between two ticks
 * @param aligned whether its ticks are at multiples of the interval; otherwise they count
 * from its registration
 */
record Periodic(String name, String expression, Duration interval, boolean aligned) {

	/** All there are. Their runs may overlap, so that no tick is left out for that. */
	static List<Periodic> all() {
		return List.of(new Periodic("every-second", "@every 1s", Duration.ofSeconds(1), false),
				new Periodic("every-two-seconds", "@every 2s", Duration.ofSeconds(2), false),
				new Periodic("calendar", "*/3 * * * * *", Duration.ofSeconds(3), true));
	}

	Map<String, Object> wire() {
		return Map.of("name", this.name, "cron", this.expression, "overlap_policy", "allow", "type", Kind.TICK.type(),
				"options", Map.of("queue", Kind.TICK.queue(), "retry", Map.of("max_attempts", Kind.TICK.maxAttempts(),
						"initial_interval", "200ms", "backoff_strategy", "none", "jitter", false)));
	}

	/** Whether there may be a tick at that time. */
	boolean allows(Instant tick) {
		return !this.aligned || (tick.getNano() == 0 && tick.getEpochSecond() % this.interval.toSeconds() == 0);
	}

}
