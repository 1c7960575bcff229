package org.openjobspec.boot.engine;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;

/**
 * An attempt says how far it has come (ojs-progress 5).
 *
 * @param value from 0 to 1; what lies outside counts as the nearer end; {@code null} to
 * tell no number
 * @param message what it is doing, for people, at most 4 KiB; {@code null} for nothing
 * @param data further facts, JSON text of at most 4 KiB; {@code null} for none
 */
public record ProgressReport(@Nullable Double value, @Nullable String message, @Nullable String data) {

	/** The largest message and the largest data, in bytes of UTF-8. */
	public static final int MAX_BYTES = 4096;

	/**
	 * Checks the report.
	 * @param value from 0 to 1
	 * @param message what it is doing
	 * @param data further facts
	 * @throws InvalidRequestException if it says nothing or too much
	 */
	public ProgressReport {
		if (value == null && message == null && data == null) {
			throw InvalidRequestException.field("progress", "A report must have progress, message or data");
		}
		// A calculation that went astray is no reason to fail (ojs-progress 5.1).
		value = (value == null || value.isNaN()) ? null : Double.valueOf(Math.min(1, Math.max(0, value)));
		checkSize("message", message);
		checkSize("data", data);
	}

	private static void checkSize(String name, @Nullable String text) {
		if (text != null && text.getBytes(StandardCharsets.UTF_8).length > MAX_BYTES) {
			throw InvalidRequestException.tooLarge(name, MAX_BYTES);
		}
	}

}
