package org.openjobspec.boot.web;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Durations;
import org.openjobspec.boot.job.InvalidRequestException;

/**
 * Reads times and durations in every form in which a client is known to send them.
 */
final class Times {

	private static final Pattern ISO = Pattern
		.compile("([-+])?P(?=.)(?:(\\d{1,9})Y)?(?:(\\d{1,9})M)?(?:(\\d{1,9})W)?(?:(\\d{1,9})D)?"
				+ "(?:T(?=.)(?:(\\d{1,12})H)?(?:(\\d{1,12})M)?(?:(\\d{1,12})(?:[.,](\\d{1,9})\\d*+)?S)?)?");

	/** Ruby's and the JS SDK's shorthand. */
	private static final Pattern SHORTHAND = Pattern.compile("(\\d{1,12})(ms|s|m|h|d|w)");

	private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999Z");

	private static final int[] SECONDS = { 365 * 86400, 30 * 86400, 7 * 86400, 86400, 3600, 60, 1 };

	private Times() {
	}

	/**
	 * Reads a duration from a member in ISO 8601, from its twin in milliseconds, or in
	 * shorthand.
	 * @param object the object that holds the member
	 * @param names the member's name and aliases, without {@code _ms}
	 * @return the duration, or {@code null} if there is none
	 */
	static @Nullable Duration duration(JsonObject object, String... names) {
		for (String name : names) {
			JsonValue millis = object.get(name + "_ms");
			if (millis != null) {
				return millis(millis);
			}
			JsonValue value = object.get(name);
			if (value != null) {
				return duration(value);
			}
		}
		return null;
	}

	static Duration millis(JsonValue value) {
		return bounded(value, Duration.ofMillis(value.asLong()));
	}

	static Duration seconds(JsonValue value) {
		double seconds = value.asDouble();
		if (!(Math.abs(seconds) <= Durations.MAX.toSeconds())) {
			throw value.wrongType("a number of seconds");
		}
		return Duration.ofMillis(Math.round(seconds * 1000));
	}

	static Duration duration(JsonValue value) {
		Duration duration = value.isString() ? parse(value.asString()) : null;
		if (duration == null) {
			throw value.wrongType("a duration such as \"PT5M\"");
		}
		return bounded(value, duration);
	}

	/**
	 * Reads a time with its zone.
	 */
	static Instant instant(JsonValue value) {
		if (value.isString()) {
			try {
				return OffsetDateTime.parse(value.asString()).toInstant().truncatedTo(ChronoUnit.MICROS);
			}
			catch (DateTimeException ex) {
				// Falls through: no time, or a time without a zone.
			}
		}
		throw value.wrongType("a time with its zone such as \"2030-01-01T00:00:00Z\", or relative such as \"+PT5S\"");
	}

	/**
	 * Reads a time with its zone, of which only its place among other times matters.
	 * @param name the parameter that holds it
	 * @param text the time
	 * @return the time
	 */
	static Instant instant(String name, String text) {
		try {
			Instant time = OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.MICROS);
			if (!time.isBefore(Instant.EPOCH) && !time.isAfter(LAST)) {
				return time;
			}
		}
		catch (DateTimeException ex) {
			// Falls through: no time, or a time without a zone.
		}
		throw InvalidRequestException.field(name,
				"%s must be a time with its zone such as \"2030-01-01T00:00:00Z\", from 1970 to 9999".formatted(name));
	}

	/**
	 * Reads a time that is given as a distance from now.
	 * @param value the value
	 * @return the distance, or {@code null} if the value is not one
	 */
	static @Nullable Duration relative(JsonValue value) {
		Duration duration = value.isString() ? parse(value.asString()) : null;
		return (duration != null) ? bounded(value, duration) : null;
	}

	private static Duration bounded(JsonValue value, Duration duration) {
		if (duration.abs().compareTo(Durations.MAX) > 0) {
			throw InvalidRequestException.field(value.path(),
					"%s must not be longer than %s".formatted(value.path(), Durations.MAX));
		}
		return duration;
	}

	private static @Nullable Duration parse(String text) {
		Matcher shorthand = SHORTHAND.matcher(text);
		if (shorthand.matches()) {
			long amount = Long.parseLong(shorthand.group(1));
			return switch (shorthand.group(2)) {
				case "ms" -> Duration.ofMillis(amount);
				case "s" -> Duration.ofSeconds(amount);
				case "m" -> Duration.ofSeconds(amount * 60);
				case "h" -> Duration.ofSeconds(amount * 3600);
				case "d" -> Duration.ofSeconds(amount * 86_400);
				default -> Duration.ofSeconds(amount * 7 * 86_400);
			};
		}
		Matcher iso = ISO.matcher(text.toUpperCase(Locale.ROOT));
		return iso.matches() ? sum(iso) : null;
	}

	private static Duration sum(Matcher iso) {
		long seconds = 0;
		for (int i = 0; i < SECONDS.length; i++) {
			String amount = iso.group(i + 2);
			seconds += (amount != null) ? Long.parseLong(amount) * SECONDS[i] : 0;
		}
		String fraction = iso.group(9);
		long nanos = (fraction != null) ? Long.parseLong((fraction + "00000000").substring(0, 9)) : 0;
		Duration duration = Duration.ofSeconds(seconds, nanos);
		return "-".equals(iso.group(1)) ? duration.negated() : duration;
	}

}
