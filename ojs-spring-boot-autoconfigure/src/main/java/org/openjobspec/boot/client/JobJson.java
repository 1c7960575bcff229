package org.openjobspec.boot.client;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.ParameterizedTypeReference;

/**
 * Writes arguments and metadata, and reads results.
 */
final class JobJson {

	private final JsonMapper mapper;

	JobJson(JsonMapper mapper) {
		this.mapper = mapper;
	}

	/**
	 * Writes arguments.
	 * @param args the values; {@code null} counts as one argument that is {@code null},
	 * as whoever writes {@code enqueue("a", null)} means it
	 * @return a JSON array
	 */
	String args(@Nullable Object @Nullable ... args) {
		if (args == null) {
			return "[null]";
		}
		StringBuilder json = new StringBuilder("[");
		for (int i = 0; i < args.length; i++) {
			json.append((i > 0) ? "," : "").append(value("args[%d]".formatted(i), args[i]));
		}
		return json.append(']').toString();
	}

	String meta(Map<String, @Nullable Object> meta) {
		StringBuilder json = new StringBuilder("{");
		meta.forEach((key, value) -> json.append((json.length() > 1) ? "," : "")
			.append(value("meta", key))
			.append(':')
			.append(value("meta." + key, value)));
		return json.append('}').toString();
	}

	private String value(String field, @Nullable Object value) {
		try {
			return this.mapper.writeValueAsString(value);
		}
		catch (JacksonException ex) {
			InvalidRequestException invalid = InvalidRequestException.field(field,
					"%s of class %s cannot be written as JSON: %s".formatted(field,
							(value != null) ? value.getClass().getName() : "null", ex.getOriginalMessage()));
			invalid.initCause(ex);
			throw invalid;
		}
	}

	<T> @Nullable T result(Job job, Class<T> type) {
		return (job.result() != null) ? this.mapper.readValue(job.result(), type) : null;
	}

	<T> @Nullable T result(Job job, ParameterizedTypeReference<T> type) {
		return (job.result() != null) ? this.mapper.readValue(job.result(), this.mapper.constructType(type.getType()))
				: null;
	}

}
