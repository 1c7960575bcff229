package org.openjobspec.boot.test;

import java.math.BigDecimal;
import java.util.Comparator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Compares and reads what jobs carry as JSON, written and read as the application does.
 */
final class JobJson {

	// 1, 1.0 and 1e0 are one number, whatever it was written with.
	private static final Comparator<JsonNode> BY_VALUE = (one, other) -> {
		if (one.isNumber() && other.isNumber()) {
			return decimal(one).compareTo(decimal(other));
		}
		return one.equals(other) ? 0 : 1;
	};

	private final JsonMapper mapper;

	JobJson(JsonMapper mapper) {
		this.mapper = mapper;
	}

	private static BigDecimal decimal(JsonNode number) {
		return number.decimalValue();
	}

	/**
	 * Whether JSON is what a value is written as.
	 * @param json the JSON
	 * @param value the value
	 * @return whether both have the same structure
	 */
	boolean matches(@Nullable String json, @Nullable Object value) {
		JsonNode actual = this.mapper.readTree((json != null) ? json : "null");
		return actual.equals(BY_VALUE, this.mapper.readTree(write(value)));
	}

	String write(@Nullable Object value) {
		return this.mapper.writeValueAsString(value);
	}

	@Nullable JsonNode member(String json, String name) {
		return this.mapper.readTree(json).get(name);
	}

	<T> @Nullable T argument(Job job, int index, Class<T> type) {
		JsonNode args = this.mapper.readTree(job.args());
		JsonNode argument = args.get(index);
		if (argument == null) {
			throw new IllegalArgumentException(
					"%s has %d arguments, and none with the index %d".formatted(Words.of(job), args.size(), index));
		}
		return this.mapper.treeToValue(argument, type);
	}

	<T> @Nullable T result(Job job, Class<T> type) {
		return (job.result() != null) ? this.mapper.readValue(job.result(), type) : null;
	}

}
