package org.openjobspec.boot.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.FailureReport;
import org.openjobspec.boot.job.JobError;

/**
 * Reads why an attempt failed. A worker has no second chance to say it, so whatever it
 * sends as its reason is kept.
 */
final class FailureReader {

	private static final String DEFAULT_CODE = "handler_error";

	private FailureReader() {
	}

	static FailureReport read(JsonObject body) {
		JsonValue error = body.get("error");
		if (error == null) {
			return FailureReport.of(JobError.of(DEFAULT_CODE, "The worker gave no reason", null));
		}
		if (!error.isObject()) {
			return FailureReport.of(JobError.of(DEFAULT_CODE, error.asText(), null));
		}
		return FailureReport.of(read(error.asObject().get("details"), error.asObject()));
	}

	private static JobError read(@Nullable JsonValue details, JsonObject error) {
		String named = text(error.get("type"));
		String code = text(error.get("code"));
		code = (code != null) ? code : (named != null) ? named : DEFAULT_CODE;
		if (named == null && details != null && details.isObject()) {
			named = text(details.asObject().get("error_class"));
		}
		String message = text(error.get("message"));
		JsonValue retryable = error.get("retryable");
		return new JobError((named != null) ? named : code, code, (message != null) ? message : code,
				(retryable != null) ? Boolean.valueOf(retryable.asBoolean()) : null, details(details),
				backtrace(error.get("backtrace", "stack_trace")));
	}

	private static @Nullable String text(@Nullable JsonValue value) {
		return (value != null) ? value.asText() : null;
	}

	private static Map<String, @Nullable Object> details(@Nullable JsonValue details) {
		if (details == null) {
			return Map.of();
		}
		Map<String, @Nullable Object> facts = new LinkedHashMap<>();
		if (details.isObject()) {
			details.asObject().forEach((name, value) -> facts.put(Text.storable(name), value.asJava()));
		}
		else {
			facts.put("value", details.asJava());
		}
		return facts;
	}

	private static List<String> backtrace(@Nullable JsonValue value) {
		if (value == null) {
			return List.of();
		}
		return value.isArray() ? value.asArray().stream().map(JsonValue::asText).toList()
				: value.asText().lines().toList();
	}

}
