package org.openjobspec.boot.web;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.UniquePolicy.Dimension;
import org.openjobspec.boot.job.UniquePolicy;

/**
 * Reads a client's {@code unique} object. Four SDKs send {@code key} instead of
 * {@code keys}: dimensions in Python, names of argument members in JS, Go and Java.
 */
final class UniqueReader {

	private static final Set<String> DIMENSIONS = Set.of("type", "queue", "args", "meta");

	private UniqueReader() {
	}

	static UniquePolicy read(JsonObject unique) {
		EnumSet<Dimension> dimensions = EnumSet.of(Dimension.TYPE);
		List<String> argsKeys = unique.strings("args_keys");
		List<String> metaKeys = unique.strings("meta_keys");
		boolean lenient = false;
		JsonValue keys = unique.get("keys");
		JsonValue key = (keys == null) ? unique.get("key") : null;
		if (keys != null) {
			keys.asArray().forEach((value) -> dimensions.add(dimension(value)));
		}
		else if (key != null) {
			List<String> names = key.isString() ? List.of(key.asString()) : key.asStrings();
			if (DIMENSIONS.containsAll(names)) {
				names.forEach((name) -> dimensions.add(Dimension.valueOf(name.toUpperCase(Locale.ROOT))));
			}
			else {
				dimensions.add(Dimension.ARGS);
				argsKeys = names;
				lenient = true;
			}
		}
		else {
			dimensions.addAll(argsKeys.isEmpty() ? Set.of() : Set.of(Dimension.ARGS));
			dimensions.addAll(metaKeys.isEmpty() ? Set.of() : Set.of(Dimension.META));
		}
		return new UniquePolicy(dimensions, argsKeys, metaKeys, Times.duration(unique, "period"),
				states(unique.get("states")), onConflict(unique.get("on_conflict")), lenient);
	}

	private static Dimension dimension(JsonValue value) {
		if (!value.isString() || !DIMENSIONS.contains(value.asString())) {
			throw value.wrongType("type, queue, args or meta");
		}
		return Dimension.valueOf(value.asString().toUpperCase(Locale.ROOT));
	}

	private static Set<JobState> states(@Nullable JsonValue value) {
		return (value != null) ? value.asArray().stream().map(UniqueReader::state).collect(Collectors.toSet())
				: UniquePolicy.DEFAULT_STATES;
	}

	private static JobState state(JsonValue value) {
		try {
			return JobState.of(value.asString());
		}
		catch (IllegalArgumentException ex) {
			throw value.wrongType("one of the eight job states");
		}
	}

	private static OnConflict onConflict(@Nullable JsonValue value) {
		if (value == null) {
			return OnConflict.REJECT;
		}
		return switch (value.asString()) {
			case "", "reject" -> OnConflict.REJECT;
			case "replace" -> OnConflict.REPLACE;
			case "replace_except_schedule" -> OnConflict.REPLACE_EXCEPT_SCHEDULE;
			case "ignore", "use_existing" -> OnConflict.IGNORE;
			default -> throw value.wrongType("reject, replace, replace_except_schedule or ignore");
		};
	}

}
