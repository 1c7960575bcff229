package org.openjobspec.benchmarks.input;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Spoils what tells where a body ends.
 */
final class Framing {

	private static final List<String> WRONG_LENGTHS = List.of("-1", "x", "", " ", "0x10", "1e3", "+5", "5 5", "5,5",
			"5, 6", "99999999999999999999", "9223372036854775808", "-0", "1.0", "\u0661", "5;x",
			"00000000000000000000000000005");

	private static final List<String> CODINGS = List.of("nonsense", "identity", "gzip", "gzip, chunked",
			"chunked, chunked", "chunked, x", "x, chunked", "Chunked", " chunked ", "chunked;q=1", "\"chunked\"",
			"chu nked", "chunked,", "", "\u000Bchunked", "deflate, chunked", "void", "buffered");

	private static final List<String> BROKEN_CHUNKS = List.of("zz\r\n{}\r\n0\r\n\r\n", "FFFFFFFFFFFFFFFF\r\n{}",
			"-1\r\n{}\r\n0\r\n\r\n", "2\n{}\n0\n\n", "2\r\n{}X0\r\n\r\n", "2\r\n{}0\r\n\r\n", "\r\n",
			"2 \r\n{}\r\n0\r\n\r\n", " 2\r\n{}\r\n0\r\n\r\n", "0x2\r\n{}\r\n0\r\n\r\n", "2\r{}\r0\r\r",
			"7FFFFFFF\r\n{}", "80000000\r\n{}", "2;\r\n{}\r\n0\r\n\r\n", "2;a=\"\r\n{}\r\n0\r\n\r\n",
			"2\r\n{}\r\n0\r\nBad Trailer\r\n\r\n", "2\r\n{}\r\n0\r\n: x\r\n\r\n",
			"2\r\n{}\r\n0\r\nContent-Length: 5\r\n\r\n", "2\r\n{}\r\n-0\r\n\r\n", "\u0000\r\n",
			"2\r\n{}\r\n0\r\nX: \u0000\r\n\r\n", "{}");

	private Framing() {
	}

	private static byte[] latin(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

	static void lengths(Draft draft, Dice dice) {
		byte[] body = draft.body();
		switch (dice.below(8)) {
			case 0 -> {
				draft.header("Content-Length: " + dice.any(WRONG_LENGTHS));
				draft.payload(body);
				draft.expect(Expectation.ANY);
				draft.last();
				// Some of them are numbers after all, of more bytes than there are.
				draft.halfClose();
			}
			case 1 -> {
				draft.header("Content-Length: " + body.length);
				draft.header("Content-Length: " + (body.length + dice.below(2)));
				draft.payload(body);
				draft.expect(Expectation.ANY);
				draft.halfClose();
			}
			case 2 -> {
				draft.header("Transfer-Encoding: " + dice.any(CODINGS));
				if (dice.chance(0.5)) {
					draft.header("Content-Length: " + body.length);
				}
				draft.payload(dice.chance(0.5) ? chunked(body, dice) : body);
				draft.expect(Expectation.UNSUPPORTED);
				draft.halfClose();
			}
			case 3 -> {
				draft.header("Transfer-Encoding: chunked");
				draft.header("Content-Length: " + dice.any(0, body.length, 3));
				draft.payload(chunked(body, dice));
				draft.expect(Expectation.ANY);
				draft.last();
			}
			case 4 -> {
				draft.header("Content-Length: " + (body.length + dice.any(1, 10, 100_000)));
				draft.payload(body);
				unfinished(draft);
			}
			case 5 -> {
				draft.header("Content-Length: " + Math.max(0, body.length - dice.between(1, 10)));
				draft.payload(body);
				draft.expect(Expectation.ANY);
				draft.halfClose();
			}
			case 6 -> {
				draft.payload(body);
				draft.expect(Expectation.ANY);
				draft.halfClose();
			}
			default -> {
				draft.version("HTTP/1.0");
				draft.header("Content-Length: " + body.length);
				draft.payload(body);
				draft.last();
			}
		}
	}

	private static void unfinished(Draft draft) {
		draft.expect(Expectation.UNFINISHED);
		draft.halfClose();
	}

	static void chunks(Draft draft, Dice dice) {
		if (!draft.hasBody()) {
			draft.text("{}");
			draft.header("Content-Type: application/json");
			draft.expect(Expectation.ANY);
		}
		byte[] body = draft.body();
		draft.header("Transfer-Encoding: chunked");
		if (dice.chance(0.4)) {
			draft.payload(chunked(body, dice));
			return;
		}
		draft.expect(Expectation.ANY);
		draft.halfClose();
		if (dice.chance(0.7)) {
			draft.payload(latin(dice.any(BROKEN_CHUNKS)));
			return;
		}
		byte[] whole = chunked(body, dice);
		switch (dice.below(3)) {
			case 0 -> {
				draft.payload(Arrays.copyOf(whole, dice.below(whole.length)));
				unfinished(draft);
			}
			case 1 -> {
				String size = Integer.toHexString(body.length);
				draft.payload(join(latin(size + ';' + "x".repeat(dice.any(100, 8192, 9000)) + "\r\n"), body,
						latin("\r\n0\r\n\r\n")));
			}
			default -> draft.payload(join(latin(Integer.toHexString(body.length) + "\r\n"), body,
					latin("\r\n0\r\n" + "X: y\r\n".repeat(dice.any(1, 99, 101, 2000)) + "\r\n")));
		}
	}

	/** Correct chunks of any size, with what is allowed around them. */
	static byte[] chunked(byte[] body, Dice dice) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		int from = 0;
		while (from < body.length) {
			int size = Math.min(body.length - from, 1 + dice.below(body.length));
			String hex = Integer.toHexString(size);
			out.writeBytes(latin(dice.any("", "0", "000") + (dice.chance(0.5) ? hex : hex.toUpperCase(Locale.ROOT))
					+ dice.any("", "", ";a=b") + "\r\n"));
			out.write(body, from, size);
			out.writeBytes(latin("\r\n"));
			from += size;
		}
		out.writeBytes(latin(dice.any("0", "0", "000") + "\r\n" + dice.any("", "", "X-After: 1\r\n") + "\r\n"));
		return out.toByteArray();
	}

	private static byte[] join(byte[]... parts) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			out.writeBytes(part);
		}
		return out.toByteArray();
	}

}
