package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.UniquePolicy;

/**
 * What many want and one at a time gets. The arguments of a job are its key.
 *
 * @param number which one
 * @param workMillis how long a job of it takes
 * @param period how long it is one's own, however long its job takes; {@code null} until
 * the job ends
 */
record UniqueKey(int number, int workMillis, @Nullable Duration period) {

	private static final int FREE_AFTER_WORK = 6;

	private static final int FREE_AFTER_TIME = 2;

	/** All there are: few, so that they are wanted. */
	static List<UniqueKey> all() {
		List<UniqueKey> keys = new ArrayList<>();
		for (int number = 0; number < FREE_AFTER_WORK; number++) {
			keys.add(new UniqueKey(number, 30 * number, null));
		}
		for (int number = 0; number < FREE_AFTER_TIME; number++) {
			keys.add(new UniqueKey(FREE_AFTER_WORK + number, 1500, Duration.ofSeconds(1)));
		}
		return keys;
	}

	List<Object> args() {
		return List.of("key-" + this.number, this.workMillis);
	}

	Map<String, Object> wire(OnConflict onConflict) {
		Map<String, Object> json = new LinkedHashMap<>();
		json.put("keys", List.of("type", "args"));
		json.put("on_conflict", onConflict.wireName());
		if (this.period != null) {
			json.put("period", this.period.toSeconds() + "s");
		}
		return json;
	}

	UniquePolicy policy(OnConflict onConflict) {
		UniquePolicy policy = UniquePolicy.by(UniquePolicy.Dimension.ARGS).withOnConflict(onConflict);
		return (this.period != null) ? policy.withPeriod(this.period) : policy;
	}

}
