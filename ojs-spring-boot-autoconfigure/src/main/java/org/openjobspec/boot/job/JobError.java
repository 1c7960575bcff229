package org.openjobspec.boot.job;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Why an attempt failed (ojs-core 8.1).
 *
 * @param type the error's class or domain type; the code when the reporter named none
 * @param code a short code such as {@code handler_error} or {@code timeout}
 * @param message what happened, for people
 * @param retryable what the reporter says of another attempt; {@code null} when it says
 * nothing, and then the retry policy decides
 * @param details further facts, JSON values; never {@code null}
 * @param backtrace the stack, bounded; never {@code null}
 */
public record JobError(String type, String code, String message, @Nullable Boolean retryable,
		Map<String, @Nullable Object> details, List<String> backtrace) {

	/**
	 * An error without details.
	 * @param code the code, used as the type as well
	 * @param message what happened
	 * @param retryable whether another attempt makes sense; {@code null} to leave it to
	 * the retry policy
	 * @return the error
	 */
	public static JobError of(String code, String message, @Nullable Boolean retryable) {
		return new JobError(code, code, message, retryable, Map.of(), List.of());
	}

}
