package org.openjobspec.benchmarks.input;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;

import org.openjobspec.benchmarks.input.JsonTree.Items;
import org.openjobspec.benchmarks.input.JsonTree.Leaf;
import org.openjobspec.benchmarks.input.JsonTree.Member;
import org.openjobspec.benchmarks.input.JsonTree.Members;
import org.openjobspec.benchmarks.input.JsonTree.Place;

/**
 * Spoils bodies: their values, their form, their bytes.
 */
final class Bodies {

	/** The server's limit. */
	private static final int LIMIT = 1_048_576;

	private static final List<byte[]> NOT_UTF8 = List.of(bytes(0x80), bytes(0xBF), bytes(0xC0, 0x80), bytes(0xC1, 0xBF),
			bytes(0xE0, 0x80, 0x80), bytes(0xED, 0xA0, 0x80), bytes(0xED, 0xB0, 0x80), bytes(0xF0, 0x80, 0x80, 0x80),
			bytes(0xF4, 0x90, 0x80, 0x80), bytes(0xF8, 0x88, 0x80, 0x80, 0x80), bytes(0xFE), bytes(0xFF), bytes(0xC3),
			bytes(0xE2, 0x82), bytes(0xF0, 0x9F, 0x98), bytes(0xE9));

	private Bodies() {
	}

	private static byte[] bytes(int... values) {
		byte[] bytes = new byte[values.length];
		for (int i = 0; i < values.length; i++) {
			bytes[i] = (byte) values[i];
		}
		return bytes;
	}

	/** Bodies for requests that have none, mostly to be ignored. */
	private static boolean without(Draft draft) {
		if (draft.json() == null) {
			draft.json(JsonTree.parse("{\"a\":[1,\"x\",{\"b\":null}]}"));
			draft.header("Content-Type: application/json");
			draft.expect(Expectation.ANY);
			return true;
		}
		draft.expect(Expectation.ANY);
		return false;
	}

	private static List<Place> places(Draft draft) {
		List<Place> places = new ArrayList<>();
		if (draft.json() != null) {
			draft.json().places(places::add);
		}
		return places;
	}

	private static void exchange(Draft draft, Dice dice, List<String> values) {
		without(draft);
		List<Place> places = places(draft);
		if (places.isEmpty()) {
			draft.json(new Leaf(dice.any(values)));
			return;
		}
		for (int i = dice.chance(0.2) ? dice.between(2, 4) : 1; i > 0; i--) {
			dice.any(places).put(dice.any(values));
		}
	}

	static void types(Draft draft, Dice dice) {
		if (dice.chance(0.05)) {
			without(draft);
			draft.json(new Leaf(dice.any(Lures.OTHERS)));
			return;
		}
		exchange(draft, dice, Lures.OTHERS);
	}

	static void numbers(Draft draft, Dice dice) {
		if (dice.chance(0.85)) {
			exchange(draft, dice, Lures.NUMBERS);
			return;
		}
		int digits = dice.any(999, 1000, 1001, 4000, 20_000);
		String number = dice.any("1".repeat(digits), "-" + "9".repeat(digits), "0." + "0".repeat(digits - 2) + "1",
				"1." + "3".repeat(digits) + "e5", "1e" + "9".repeat(digits), "0".repeat(digits));
		exchange(draft, dice, List.of(number));
	}

	static void strings(Draft draft, Dice dice) {
		exchange(draft, dice, dice.any(List.of(Lures.STRINGS, Lures.STRINGS, Lures.TIMES, Lures.IDS)));
		if (dice.chance(0.2)) {
			List<Place> places = places(draft);
			if (!places.isEmpty() && dice.any(places) instanceof Member member) {
				member.rename(dice.any(Lures.STRINGS));
			}
		}
	}

	static void sizes(Draft draft, Dice dice) {
		without(draft);
		List<Place> places = places(draft);
		int size = dice.chance(0.97) ? dice.any(127, 128, 129, 255, 256, 257, 1000, 1001, 4096, 8191, 8192, 8193)
				: dice.any(65_535, 65_536, 65_537, 200_000, LIMIT - 1000, LIMIT, LIMIT + 1, LIMIT + LIMIT / 2);
		String big = switch (dice.below(6)) {
			case 0 -> '[' + "1,".repeat(size / 2) + "1]";
			case 1 -> '[' + "\"a\",".repeat(size / 4) + "\"b\"]";
			case 2 -> members(size / 10 + 1);
			case 3 -> '"' + "\u00E9".repeat(size / 2) + '"';
			case 4 -> '"' + "\\u0041".repeat(size / 6 + 1) + '"';
			default -> '"' + "x".repeat(size) + '"';
		};
		// What is big and accepted is neither fetched nor listed over and over.
		if (size > 60_000 && draft.json() instanceof Members members) {
			members.list().removeIf((member) -> member.name().equals("\"queue\""));
			members.list().add(new Member("\"queue\"", new Leaf("\"big\"")));
			places = places(draft);
		}
		if (dice.chance(0.1)) {
			draft.text(draft.text() + " ".repeat(size));
		}
		else if (!places.isEmpty()) {
			dice.any(places).put(big);
		}
		if (dice.chance(0.05) && draft.json() instanceof Members members) {
			members.list().add(new Member('"' + "n".repeat(Math.min(size, 100_000)) + '"', new Leaf("1")));
		}
	}

	private static String members(int count) {
		StringBuilder text = new StringBuilder("{");
		for (int i = 0; i < count; i++) {
			text.append((i > 0) ? "," : "").append("\"k").append(i).append("\":").append(i % 10);
		}
		return text.append('}').toString();
	}

	static void nesting(Draft draft, Dice dice) {
		without(draft);
		int depth = dice.chance(0.9) ? dice.any(1, 2, 10, 60, 61, 62, 63, 64, 65, 66, 100, 128, 1000)
				: dice.any(10_000, 100_000);
		String deep = switch (dice.below(4)) {
			case 0 -> "[".repeat(depth) + "]".repeat(depth);
			case 1 -> "{\"a\":".repeat(depth) + '1' + "}".repeat(depth);
			case 2 -> "[{\"a\":".repeat(depth / 2 + 1) + "[]" + "}]".repeat(depth / 2 + 1);
			default -> "[".repeat(depth);
		};
		List<Place> places = places(draft);
		if (places.isEmpty() || dice.chance(0.05)) {
			draft.json(new Leaf(deep));
		}
		else {
			dice.any(places).put(deep);
		}
		if (depth > 70 && draft.endpoint().needsBody()) {
			draft.expect(Expectation.REFUSAL);
		}
	}

	static void duplicates(Draft draft, Dice dice) {
		without(draft);
		List<Members> objects = new ArrayList<>();
		if (draft.json() instanceof Members members) {
			objects.add(members);
		}
		places(draft).forEach((place) -> {
			if (place.value() instanceof Members members) {
				objects.add(members);
			}
		});
		objects.removeIf((members) -> members.list().isEmpty());
		if (objects.isEmpty()) {
			return;
		}
		Members members = dice.any(objects);
		Member twin = dice.any(members.list());
		String name = dice.chance(0.3) ? "\"\\u00%02x".formatted((int) twin.name().charAt(1)) + twin.name().substring(2)
				: twin.name();
		JsonTree value = dice.chance(0.5) ? twin.value().copy((leaf) -> leaf) : new Leaf(dice.any(Lures.OTHERS));
		members.list().add(dice.below(members.list().size() + 1), new Member(name, value));
		if (draft.endpoint().needsBody()) {
			draft.expect(Expectation.REFUSAL);
		}
	}

	static void syntax(Draft draft, Dice dice) {
		without(draft);
		boolean certain = true;
		switch (dice.below(9)) {
			case 0 -> {
				List<Place> places = places(draft);
				if (places.isEmpty()) {
					draft.json(new Leaf(dice.any(Lures.NO_VALUES)));
				}
				else {
					dice.any(places).put(dice.any(dice.chance(0.5) ? Lures.NO_VALUES : Lures.NO_NUMBERS));
				}
			}
			case 1 -> {
				String text = draft.text();
				draft.text(text.substring(0, dice.below(text.length())));
			}
			case 2 -> draft.text(draft.text()
					+ dice.any("x", "}", "]", ",", "{}", "null", "\u0000", ";", "\"", "//", "\u00A0", "\uFEFF", "1"));
			case 3 ->
				draft.text(dice.any("x", "}", ",", "\u0000", ")]}',\n", "/**/", "\uFEFF\uFEFF", "callback(", "<!--")
						+ draft.text());
			case 4 -> {
				byte[] body = draft.body().clone();
				for (int i = dice.between(1, 5); i > 0 && body.length > 0; i--) {
					body[dice.below(body.length)] = (byte) dice.below(256);
				}
				draft.body(body);
				certain = false;
			}
			case 5 -> draft.body(dice.bytes(dice.between(1, 300)));
			case 6 -> draft.text(
					dice.any("", " ", "\n", "[]", "null", "1", "\"x\"", "true", "type=a&args=%5B%5D", "<job type='a'/>",
							"type: a\nargs: []\n", "(a)", "\u0000", "{}{}", "{'type':'a','args':[]}", "[{}]"));
			case 7 -> {
				String text = draft.text();
				int from = dice.below(text.length());
				int to = Math.min(text.length(), from + dice.between(1, 20));
				draft.text(text.substring(0, from) + text.substring(to));
				certain = false;
			}
			default -> {
				removeSome(draft, dice);
				certain = false;
			}
		}
		if (certain && draft.endpoint().needsBody()) {
			draft.expect(Expectation.REFUSAL);
		}
	}

	private static void removeSome(Draft draft, Dice dice) {
		List<JsonTree> holders = new ArrayList<>();
		if (draft.json() != null) {
			holders.add(draft.json());
		}
		places(draft).forEach((place) -> holders.add(place.value()));
		JsonTree holder = dice.any(holders);
		if (holder instanceof Members members && !members.list().isEmpty()) {
			members.list().remove(dice.below(members.list().size()));
		}
		else if (holder instanceof Items items && !items.list().isEmpty()) {
			items.list().remove(dice.below(items.list().size()));
		}
	}

	static void encodings(Draft draft, Dice dice) {
		without(draft);
		String text = draft.text();
		boolean certain = true;
		switch (dice.below(6)) {
			case 0 -> draft.body(insert(draft, dice, dice.any(NOT_UTF8)));
			case 1 -> {
				Charset charset = dice.any(StandardCharsets.UTF_16, StandardCharsets.UTF_16BE,
						StandardCharsets.UTF_16LE, Charset.forName("UTF-32"), Charset.forName("UTF-32LE"),
						Charset.forName("IBM037"), Charset.forName("UTF-32BE"));
				draft.body(text.getBytes(charset));
				if (dice.chance(0.5)) {
					draft.without("Content-Type");
					draft.header("Content-Type: application/json;charset=" + charset.name());
				}
			}
			case 2 -> {
				draft.text("\uFEFF" + text);
				certain = false;
			}
			case 3 -> draft.body(compress(text));
			case 4 -> {
				draft.body((text + " \u00E9").getBytes(StandardCharsets.ISO_8859_1));
			}
			default -> draft.body(overlong(text, dice));
		}
		if (certain && draft.endpoint().needsBody()) {
			draft.expect(Expectation.REFUSAL);
		}
	}

	private static byte[] insert(Draft draft, Dice dice, byte[] noise) {
		byte[] body = draft.body();
		int at = dice.below(body.length + 1);
		byte[] longer = Arrays.copyOf(body, body.length + noise.length);
		System.arraycopy(noise, 0, longer, at, noise.length);
		System.arraycopy(body, at, longer, at + noise.length, body.length - at);
		return longer;
	}

	/** Characters in two bytes that have one. */
	private static byte[] overlong(String text, Dice dice) {
		byte[] plain = text.getBytes(StandardCharsets.UTF_8);
		int spoilt = dice.below(plain.length);
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		for (int i = 0; i < plain.length; i++) {
			if (i == spoilt) {
				out.write(0xC0 | ((plain[i] & 0xC0) >>> 6));
				out.write(0x80 | (plain[i] & 0x3F));
			}
			else {
				out.write(plain[i]);
			}
		}
		return out.toByteArray();
	}

	static byte[] compress(String text) {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
			gzip.write(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return out.toByteArray();
	}

}
