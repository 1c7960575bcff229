package org.openjobspec.benchmarks.input;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Spoils paths and queries.
 */
final class Targets {

	private static final List<String> SEGMENTS = List.of("x", "0", "-1", "null", "%20", "%00", "%0A",
			"%0d%0aX-Evil:%201", "%7B%7D", "..%5C", "%5C", "%C3%A9", "%F0%9F%98%80", "%ED%A0%80", "%FF", "%E2%82",
			"%C0%AF", "a%2Fb", "%2F", "%2e%2e", "%2E", "..", ".", "...", "", "'%20OR%201=1--", "%zz", "%", "%1",
			"%u0041", "%%32%35", "%252e", ";", ";x=y", "a;x=y", ";jsessionid=1", "a;", "a;=;", "a,b", "a:b", "a@b",
			"a=b", "a&b", "a+b", "a~b", "!$&'()*+,;=:@", "%26%23", "00000000-0000-0000-0000-000000000000",
			"01935d2c-8f6e-7abc-9def-0123456789abc", "01935d2c8f6e7abc9def0123456789ab", "1-1-7001-9001-1", "fetch",
			"batch", "stats", "*", "**", "%2A", "%3F", "%23", "UP", "a_b", "-a", "a.b", "favicon.ico", "WEB-INF",
			"META-INF", "%EF%BB%BF", "%E2%80%AE", "%CC%81", "x".repeat(129), "x".repeat(2000), "%41".repeat(500));

	/** What Tomcat refuses before it knows the path. */
	private static final List<String> RAW = List.of("{", "}", "|", "^", "`", "\"", "<", ">", "\\", "a\\b", "{x}",
			"\u00E9", "\u0001", "\u007F", "\u00FF\u00FE", "[", "]", "#", "#a", "a#b", "\u0000", "\t");

	private static final List<String> PREFIXES = List.of("/", "//", "/.", "/..", "/./", "/%2e", "/OJS/v1", "/ojs/v2",
			"/ojs", "/ojs/", "/ojs/v1", "/ojs/v1/", "/ojs/v1//", "/api/v1", "/api/v1/.", "/ojs/v1/..", "/ojs/v1;a=b",
			"/ojs;a/v1", "/%6fjs/v1", "/ojs%2Fv1", "/ojs/v1%2F", "/ojs/v1/../v1", "/ojs/../api/v1", "//ojs/v1",
			"/ojs//v1", "/./ojs/v1", "/ojs/v1%00", "/ojs/v1.json", "/ojs/manifest/", "/ojs/manifest;x",
			"/ojs/manifest?x", "/ojs/manifest/x", "/actuator", "/ojs/v1/ojs/v1", "/ojs/v1/error", "/;/ojs/v1",
			"/ojs/v1/%2e%2e/%2e%2e/error");

	private static final List<String> VALUES = List.of("", "0", "-1", "1", "1000", "1001", "999999999", "9999999999",
			"1.5", "x", "%00", "%20", "+", "%2B1", "%ED%A0%80", "%FF", "%zz", "%", "%C3%A9", "%E2%82", "a,b", ",",
			",,,", "%2C", "null", "[]", "1e3", "0x10", "%D9%A1", "%F0%9F%98%80", "'", "\"", "a&b", "%26", "true", "*",
			"%25", "%0A", "x".repeat(1000), "a,".repeat(500), "9".repeat(400), "00000001", "q1", "UP", "job.enqueued",
			"nothing");

	private static final List<String> CURSORS = List.of("0-0", "1-1", "-1", "1", "1-", "-", "evt_1-1", "evt_",
			"evt_evt_1-1", "9223372036854775807-1", "9223372036854775808-1", "9999999999999999999-1",
			"18446744073709551615-999999999999999999", "99999999999999999999-1", "1-9223372036854775807",
			"1-9223372036854775808", "1-999999999999999999", "01-01", "0000000000000000000-0", "1-1-1", "%D9%A1-1",
			"a-b", "1--1", "1-1%00", "1-1;DROP");

	private static final List<String> PARAMETERS = List.of("limit", "offset", "page", "per_page", "queue", "types",
			"queues", "job_types", "nothing", "", "LIMIT", "limit[]", "%00", "%zz", "%ED%A0%80", "limit%20");

	private Targets() {
	}

	static void paths(Draft draft, Dice dice) {
		draft.expect(Expectation.ANY);
		String target = draft.target();
		int query = target.indexOf('?');
		String path = (query >= 0) ? target.substring(0, query) : target;
		String rest = (query >= 0) ? target.substring(query) : "";
		switch (dice.below(9)) {
			case 0, 1, 2 -> draft.target(exchange(path, dice, dice.any(SEGMENTS)) + rest);
			case 3 -> {
				draft.target(exchange(path, dice, dice.any(RAW)) + rest);
				draft.last();
			}
			case 4 -> draft.target(path + dice.any("/", "//", "/.", "/..", "/../..", ";", ";a=b", "%00", "%20", "/x",
					"/%2e%2e", ".json", "~", "/;/", "%2F", ":", "@", "?", "??", "?&", "#") + rest);
			case 5 ->
				draft.target(dice.any(PREFIXES) + (dice.chance(0.5) ? path.substring(path.lastIndexOf('/')) : ""));
			case 6 -> {
				draft.target(path + "/x".repeat(dice.any(10, 100, 1000, 3500, 4500, 10_000)) + rest);
				draft.last();
			}
			case 7 -> {
				int at = dice.between(1, path.length());
				draft.target(path.substring(0, at)
						+ dice.any("/", "//", ".", "%", "%25", ";", "\u00A0", " ", "%2f", "\\", "%5c")
						+ path.substring(at) + rest);
				draft.last();
			}
			default -> {
				draft.target(dice.any("http://localhost", "https://localhost", "http://localhost:80", "http://other",
						"http://", "http:/", "http://[::1", "http://a@localhost", "http://a%@localhost",
						"ftp://localhost", "HTTP://localhost", "localhost", "http://localhost:x", "//localhost",
						"http://\u00E9") + target);
				draft.last();
			}
		}
	}

	private static String exchange(String path, Dice dice, String segment) {
		String[] segments = path.substring(1).split("/", -1);
		segments[dice.chance(0.6) ? segments.length - 1 : dice.below(segments.length)] = segment;
		return '/' + String.join("/", segments);
	}

	static void queries(Draft draft, Dice dice) {
		draft.expect(Expectation.ANY);
		String target = draft.target();
		int query = target.indexOf('?');
		StringBuilder changed = new StringBuilder((query >= 0) ? target.substring(0, query) : target).append('?');
		for (int i = dice.between(1, 4); i > 0; i--) {
			changed.append(dice.any(PARAMETERS))
				.append(dice.any("=", "=", "=", "=", "", "==", "=&", "%3D"))
				.append(dice.any(VALUES));
			changed.append((i > 1) ? dice.any("&", "&", "&", ";", "&&", "%26") : "");
		}
		if (dice.chance(0.3)) {
			changed.append("&after=").append(dice.any(CURSORS));
		}
		if (dice.chance(0.02)) {
			changed.append("&x=1".repeat(dice.any(100, 900, 999, 1000, 1001, 1500)));
			draft.last();
		}
		if (dice.chance(0.05)) {
			changed.append(dice.any(RAW));
			draft.last();
		}
		// Tomcat does not read on after a character that no query may have.
		if (changed.chars().anyMatch((c) -> c == '"' || c == '[' || c == ']')) {
			draft.last();
		}
		draft.target(changed.toString());
	}

	/** Lines that are not those of HTTP, most of them without a path. */
	static void lines(Draft draft, Dice dice) {
		String path = draft.target();
		draft.last();
		draft.halfClose();
		if (dice.chance(0.5)) {
			draft.expect(Expectation.UNSUPPORTED);
			switch (dice.below(6)) {
				case 0 -> draft.version(dice.any("HTTP/9.9", "HTTP/2.0", "HTTP/1.2", "HTTP/1.1x", "http/1.1", "HTTP/1",
						"HTTP", "X", "HTTP/1.1 x", "HTTP/01.1", "", "\u0001", "SIP/2.0", "HTTP/1.1".repeat(50)));
				case 1 -> draft
					.method(dice.any("G\u0000ET", "FOO\u0001", "(", "GE T", "\u00E9", "G\"ET", "<", "X".repeat(2000)));
				case 2 -> draft.version("HTTP/1.1\t");
				case 3 -> draft.method(draft.method() + ' ');
				case 4 -> draft.version(" HTTP/1.1 ");
				default -> draft.method("\t" + draft.method());
			}
			return;
		}
		draft.expect(Expectation.UNFINISHED);
		draft.requestLine(switch (dice.below(8)) {
			case 0 -> "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00FC\u0003\u0003";
			case 1 -> dice.any("nonsense", "", "\r\n\r\n", "GET", "GET ", " ", "\t", "\u0000", ":", "HELO x",
					"EHLO\r\nQUIT", "{}");
			case 2 -> "PRI * HTTP/2.0\r\n\r\nSM\r\n";
			case 3 ->
				dice.any("OPTIONS * HTTP/1.1", "GET * HTTP/1.1", "CONNECT localhost:80 HTTP/1.1", "TRACE * HTTP/1.1");
			case 4 -> {
				draft.expect(Expectation.BODY);
				yield "GET " + path;
			}
			case 5 -> dice.any("SSH-2.0-x", "X".repeat(9000) + ' ' + path + " HTTP/1.1");
			case 6 -> new String(dice.bytes(dice.between(1, 200)), StandardCharsets.ISO_8859_1);
			default -> draft.method() + path + "HTTP/1.1";
		});
	}

}
