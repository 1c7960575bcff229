package org.openjobspec.benchmarks.input;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * An answer as it came.
 *
 * @param status the status of the first line that is not 1xx, 0 if there is none but only
 * a body
 * @param headers its header lines
 * @param body its body
 * @param cut whether the connection was reset before all of the body was there, as
 * happens when a server closes it with some of the request unread
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Answer(int status, List<String> headers, byte[] body, boolean cut) {

	/**
	 * The values of a header.
	 * @param name its name
	 * @return the values in order
	 */
	List<String> all(String name) {
		String start = name.toLowerCase(Locale.ROOT) + ':';
		return this.headers.stream()
			.filter((line) -> line.toLowerCase(Locale.ROOT).startsWith(start))
			.map((line) -> line.substring(start.length()).strip())
			.toList();
	}

	@Nullable String header(String name) {
		List<String> values = all(name);
		return values.isEmpty() ? null : values.get(0);
	}

	String text() {
		return new String(this.body, StandardCharsets.UTF_8);
	}

	boolean isBodyAlone() {
		return this.status == 0;
	}

	boolean isSuccess() {
		return this.status >= 200 && this.status < 300;
	}

	@Override
	public String toString() {
		String text = text();
		return this.status + "\n" + String.join("\n", this.headers) + "\n\n"
				+ ((text.length() > 1500) ? text.substring(0, 1500) + "…" : text);
	}

}
