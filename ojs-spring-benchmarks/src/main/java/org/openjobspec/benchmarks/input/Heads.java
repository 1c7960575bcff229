package org.openjobspec.benchmarks.input;

import java.util.List;

/**
 * Spoils headers and methods.
 */
final class Heads {

	private static final List<String> REQUEST_IDS = List.of("abc", "", " ", "a b", "a\tb", "\"quoted\"", "a;b=c",
			"%0d%0aX-Evil: 1", "\\r\\nX-Evil: 1", "\u00E9", "\u0080\u0081", "a,b", "<script>", "../x", "${jndi:x}",
			"x".repeat(127), "x".repeat(128), "x".repeat(129), "x".repeat(3000), "\u007F");

	private static final List<String> BROKEN = List.of("Bad Header: 1", ": no name", "no colon", "Name : 1", " folded",
			"X-A: 1\r\n folded: 2", "X-Nul: a\u0000b", "X-Bell: a\u0007b", "X\u0000: 1", "X-Cr: a\rb", "X-Lf: a\nb",
			"\u00E9: 1", "(x): 1", "X-Esc: \u001b[31m", "\tTab: 1", "X-Del: \u007F", "X{}: 1", "\"X\": 1");

	/** Never a wait that takes long; see {@link #prefer}. */
	private static final List<String> PREFERENCES = List.of("wait=0", "wait=-1", "wait=", "wait", "wait=1.5",
			"wait=1e9", "wait=9999999", "wait=99999999999999999999", "wait=\"0\"", "wait=x", "wait =0", "wait=0;wait=0",
			"respond-async", "wait=0, wait=0", "WAIT=0", ",,,", "wait=\u0661", "wait=0x10", "wait=+0",
			"handling=lenient; wait=0", "");

	private static final List<String> HARMLESS = List.of("Range: bytes=0-10", "Range: bytes=-1", "Range: lines=1",
			"If-Match: *", "If-Match: \"x\"", "If-None-Match: *", "If-Modified-Since: Wed, 21 Oct 2065 07:28:00 GMT",
			"If-Modified-Since: nonsense", "If-Unmodified-Since: Wed, 21 Oct 1965 07:28:00 GMT", "If-Range: \"x\"",
			"Accept: text/html", "Accept: nonsense", "Accept: application/json;q=2", "Accept-Charset: utf-7",
			"Accept-Encoding: gzip, br", "Accept-Encoding: identity;q=0", "Accept-Language: \u00E9", "Origin: null",
			"Origin: http://evil.example", "Access-Control-Request-Method: POST", "Cookie: a=b; =; \"",
			"Cookie: JSESSIONID=x", "Authorization: Basic %%%", "Authorization: Bearer",
			"X-HTTP-Method-Override: DELETE", "X-Forwarded-For: 127.0.0.1, \u00E9", "X-Forwarded-Host: evil.example",
			"X-Forwarded-Proto: gopher", "X-Forwarded-Prefix: /../..", "X-Original-URL: /ojs/manifest",
			"Forwarded: for=\"[::1]\"", "OJS-Version: 1.0", "OJS-Version: 99", "OJS-Version: \u00E9",
			"User-Agent: python-httpx/0.27", "User-Agent: () { :; }; echo", "Connection: keep-alive",
			"Connection: keep-alive, x-nothing", "Connection: ,", "Keep-Alive: timeout=0", "Upgrade: websocket",
			"Upgrade: TLS/1.0", "TE: trailers", "Trailer: X-After", "Max-Forwards: 0", "Via: 1.1 x", "Date: nonsense",
			"From: \u00FF", "Referer: javascript:x", "Pragma: \"", "X-Request-Id:", "Content-Language: xx",
			"Content-MD5: x", "Content-Location: /x", "Traceparent: 00-0-0-0",
			"Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "B3: x", "Baggage: =;",
			"Warning: 1");

	private static final List<String> MEDIA_TYPES = List.of("text/plain", "application/xml", "text/html;charset=UTF-8",
			"application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=x",
			"multipart/mixed; boundary=\"" + "b".repeat(80) + '"', "application/jsonx", "application/octet-stream",
			"application/vnd.api+json", "image/png", "application/cloudevents+json");

	private static final List<String> STRANGE_TYPES = List.of("nonsense", ";;;", "*/*", "", " ", "application/",
			"/json", "application/json;", "application/json; charset", "application/json; charset=",
			"application/json;charset=x", "application/json; charset=utf-16", "application/json; charset=\"utf-8",
			"application/json; charset=\u00E9", "APPLICATION/JSON", "application/json; q=0.1",
			"application/openjobspec+json", "application/json , text/plain", "application/openjobspec+json; version=99",
			"application /json", "application/json\u00A0", "application/json; charset=UTF-8; charset=latin1",
			"multipart", "application/json; boundary=x");

	private static final List<String> CODINGS = List.of("gzip", "br", "deflate", "compress", "zstd", "gzip, gzip", "x",
			"\u00E9", "*", "aws-chunked");

	private static final List<String> METHODS = List.of("PUT", "PATCH", "DELETE", "GET", "POST", "HEAD", "OPTIONS",
			"TRACE", "PROPFIND", "LOCK", "MKCOL", "COPY", "QUERY", "PURGE", "LINK", "FOO", "get", "Post", "G",
			"M-SEARCH", "A!#$%&'*+.^_`|~1", "X".repeat(200));

	private Heads() {
	}

	static void headers(Draft draft, Dice dice) {
		switch (dice.below(10)) {
			case 0 -> {
				String id = dice.any(REQUEST_IDS);
				draft.header("X-Request-Id: " + id);
				if (id.indexOf('\u007F') >= 0) {
					refusedPerhaps(draft);
				}
			}
			case 1 -> {
				draft.header("X-Request-Id: one");
				draft.header("X-Request-Id: two");
			}
			case 2 -> prefer(draft, dice);
			case 3 -> broken(draft, dice);
			case 4 -> many(draft, dice);
			case 5 -> {
				int size = dice.any(1000, 4000, 7000, 8000, 8192, 9000, 20_000);
				draft.header(dice.any("X-Long: ", "Cookie: a=", "User-Agent: ", "X-Request-Id: ", "Prefer: ")
						+ "x".repeat(size));
				refusedPerhaps(draft);
			}
			case 6 -> host(draft, dice);
			case 7 -> expect(draft, dice);
			default -> {
				for (int i = dice.between(1, 6); i > 0; i--) {
					draft.header(dice.any(HARMLESS));
				}
			}
		}
	}

	private static void refusedPerhaps(Draft draft) {
		draft.expect(Expectation.ANY);
		// A header that is too long leaves the rest of it unread.
		draft.last();
	}

	private static void prefer(Draft draft, Dice dice) {
		draft.header("Prefer: " + (dice.chance(0.002) ? "wait=1" : dice.any(PREFERENCES)));
		if (dice.chance(0.1)) {
			draft.header("Prefer: " + dice.any(PREFERENCES));
		}
	}

	private static void broken(Draft draft, Dice dice) {
		draft.header(dice.any(BROKEN));
		refusedPerhaps(draft);
	}

	private static void many(Draft draft, Dice dice) {
		int count = dice.any(50, 90, 97, 98, 99, 100, 101, 150, 1000);
		String name = dice.any("X-A", "Accept", "Cookie", "X-Request-Id", "OJS-Version", "Via");
		for (int i = 0; i < count; i++) {
			draft.header(name + ": " + i);
		}
		refusedPerhaps(draft);
	}

	private static void host(Draft draft, Dice dice) {
		if (dice.chance(0.8)) {
			draft.without("Host");
		}
		if (dice.chance(0.9)) {
			draft.header("Host: " + dice.any("", "localhost:1", "localhost:99999999", "localhost:x", "[::1]", "[::1",
					"a b", "\u00E9", "evil.example", "a@b", "-", "a_b", "..", "1.2.3.4.5", "xn--", "a".repeat(300)));
		}
		draft.expect(Expectation.ANY);
	}

	private static void expect(Draft draft, Dice dice) {
		String value = dice.any("100-continue", "100-Continue", "nonsense", "200-ok", "100-continue, 100-continue", "");
		draft.header("Expect: " + value);
		draft.expect(Expectation.ANY);
		if (!value.equalsIgnoreCase("100-continue")) {
			draft.last();
		}
	}

	static void media(Draft draft, Dice dice) {
		boolean body = draft.endpoint().needsBody();
		switch (dice.below(4)) {
			case 0 -> {
				draft.header("Content-Encoding: " + dice.any(CODINGS));
				draft.expect(body ? Expectation.REFUSAL : Expectation.ANY);
			}
			case 1 -> {
				draft.body(Bodies.compress(draft.text()));
				draft.header("Content-Encoding: gzip");
				draft.expect(body ? Expectation.REFUSAL : Expectation.ANY);
			}
			case 2 -> {
				draft.without("Content-Type");
				draft.header("Content-Type: " + dice.any(MEDIA_TYPES));
				draft.expect(body ? Expectation.REFUSAL : Expectation.ANY);
			}
			default -> {
				if (dice.chance(0.8)) {
					draft.without("Content-Type");
				}
				draft.header("Content-Type: " + dice.any(STRANGE_TYPES));
				draft.expect(Expectation.ANY);
			}
		}
	}

	static void methods(Draft draft, Dice dice) {
		if (dice.chance(0.05)) {
			form(draft, dice);
			return;
		}
		String method = dice.any(METHODS);
		draft.method(method);
		draft.expect(method.equals("TRACE") ? Expectation.REFUSAL : Expectation.ANY);
		if (method.equals("TRACE") || dice.chance(0.5)) {
			draft.without("Content-Type");
			draft.body(new byte[0]);
		}
		if (dice.chance(0.02)) {
			draft.method("CONNECT");
			draft.expect(Expectation.UNSUPPORTED);
			draft.last();
		}
	}

	/** Forms, which frameworks read before anybody asks whose they are. */
	private static void form(Draft draft, Dice dice) {
		draft.method(dice.any("PUT", "PATCH", "DELETE", "POST"));
		draft.without("Content-Type");
		draft.header("Content-Type: " + dice.any("application/x-www-form-urlencoded",
				"application/x-www-form-urlencoded;charset=x", "application/x-www-form-urlencoded;charset=utf-16",
				"multipart/form-data", "multipart/form-data; boundary=x", "multipart/form-data; boundary="));
		draft.text(dice.any("a=1", "%zz", "a=%zz&b=%", "=&=&", "_method=DELETE", "%00=%00", "a=" + "x".repeat(5000),
				"--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--x--\r\n", "--x\r\n", "--",
				"a=1&".repeat(2000), ""));
		draft.expect(Expectation.ANY);
	}

}
