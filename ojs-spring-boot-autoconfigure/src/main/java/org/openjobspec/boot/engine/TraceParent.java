package org.openjobspec.boot.engine;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The span that a {@code traceparent} names, after the Trace Context of the W3C.
 *
 * @param traceId 32 hexadecimal digits
 * @param spanId 16 hexadecimal digits
 * @param sampled whether it was recorded
 */
public record TraceParent(String traceId, String spanId, boolean sampled) {

	// Later versions may have more to say, and begin in the same way.
	private static final Pattern TEXT = Pattern
		.compile("(?!ff)([0-9a-f]{2})-((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})-([0-9a-f]{2})(-[!-~]*)?");

	private static final int MAX_LENGTH = 512;

	/**
	 * Names the span.
	 * @return a traceparent of version 00
	 */
	public String text() {
		return "00-%s-%s-%s".formatted(this.traceId, this.spanId, this.sampled ? "01" : "00");
	}

	/**
	 * Names the span as B3 does, for applications that propagate in that form.
	 * @param name the field, in any case: that of a single header, or one of several
	 * @return its value; {@code null} if it is not of B3
	 */
	public @Nullable String b3(String name) {
		String flag = this.sampled ? "1" : "0";
		return switch (name.toLowerCase(Locale.ROOT)) {
			case "b3" -> this.traceId + '-' + this.spanId + '-' + flag;
			case "x-b3-traceid" -> this.traceId;
			case "x-b3-spanid" -> this.spanId;
			case "x-b3-sampled" -> flag;
			default -> null;
		};
	}

	/**
	 * Reads what names a span.
	 * @param text what may be a traceparent
	 * @return the span; nothing if it names none
	 */
	public static Optional<TraceParent> parse(@Nullable String text) {
		if (text == null || text.length() > MAX_LENGTH) {
			return Optional.empty();
		}
		Matcher parts = TEXT.matcher(text);
		if (!parts.matches() || (parts.group(5) != null && parts.group(1).equals("00"))) {
			return Optional.empty();
		}
		boolean sampled = (Integer.parseInt(parts.group(4), 16) & 1) == 1;
		return Optional.of(new TraceParent(parts.group(2), parts.group(3), sampled));
	}

}
