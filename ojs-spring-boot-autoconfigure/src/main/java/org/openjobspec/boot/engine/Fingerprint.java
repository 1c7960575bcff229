package org.openjobspec.boot.engine;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.text.Normalizer;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.job.UniquePolicy.Dimension;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The uniqueness key (ojs-unique-jobs 4): the SHA-256 of the compared dimensions in the
 * canonical form of RFC 8785, strings in Unicode NFC, in lower-case hexadecimal. Numbers
 * are compared exactly, not as floating-point: two long ids that differ in their last
 * digit are different.
 */
final class Fingerprint {

	private static final JsonMapper mapper = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
		.build();

	private Fingerprint() {
	}

	static String of(UniquePolicy policy, String type, String queue, String args, String meta) {
		StringBuilder canonical = new StringBuilder(128);
		canonical.append('{');
		if (policy.dimensions().contains(Dimension.ARGS)) {
			canonical.append("\"args\":");
			comparing("args", () -> appendArgs(policy, mapper.readTree(args), canonical));
			canonical.append(',');
		}
		if (policy.dimensions().contains(Dimension.META)) {
			canonical.append("\"meta\":");
			comparing("meta",
					() -> appendMembers(policy.metaKeys(), mapper.readTree(meta), true, "meta_keys", canonical));
			canonical.append(',');
		}
		if (policy.dimensions().contains(Dimension.QUEUE)) {
			canonical.append("\"queue\":");
			appendString(queue, canonical);
			canonical.append(',');
		}
		canonical.append("\"type\":");
		appendString(type, canonical);
		canonical.append('}');
		return HexFormat.of().formatHex(sha256(canonical.toString()));
	}

	/**
	 * The key of a tenant's job, which no job of another tenant has.
	 */
	static String ofTenant(String tenant, String fingerprint) {
		return HexFormat.of().formatHex(sha256(tenant + '/' + fingerprint));
	}

	// JSON knows numbers that Java cannot compute with: exponents beyond 32 bits, and
	// more digits than the parser takes.
	private static void comparing(String field, Runnable append) {
		try {
			append.run();
		}
		catch (NumberFormatException | ArithmeticException | JacksonException ex) {
			throw InvalidRequestException.field(field,
					"%s cannot be compared for uniqueness: a number is out of range, or the nesting is too deep"
						.formatted(field));
		}
	}

	private static void appendArgs(UniquePolicy policy, JsonNode args, StringBuilder out) {
		if (policy.argsKeys().isEmpty()) {
			append(args, out);
			return;
		}
		JsonNode first = args.path(0);
		appendMembers(policy.argsKeys(), first, policy.lenientArgsKeys(), "args_keys", out);
	}

	private static void appendMembers(Iterable<String> keys, JsonNode object, boolean lenient, String field,
			StringBuilder out) {
		Map<String, JsonNode> members = new TreeMap<>();
		for (String key : keys) {
			JsonNode value = object.get(key);
			if (value != null) {
				members.put(key, value);
			}
			else if (!lenient) {
				throw InvalidRequestException.field("unique." + field,
						"unique.%s names '%s', which the job does not have".formatted(field, key));
			}
		}
		appendObject(members, out);
	}

	private static void append(JsonNode node, StringBuilder out) {
		switch (node.getNodeType()) {
			case OBJECT -> {
				Map<String, JsonNode> members = new TreeMap<>();
				node.properties().forEach(entry -> members.put(nfc(entry.getKey()), entry.getValue()));
				appendObject(members, out);
			}
			case ARRAY -> {
				out.append('[');
				for (int i = 0; i < node.size(); i++) {
					if (i > 0) {
						out.append(',');
					}
					append(node.get(i), out);
				}
				out.append(']');
			}
			case STRING -> appendString(node.asString(), out);
			case NUMBER -> appendNumber(node.decimalValue(), out);
			default -> out.append(node.toString());
		}
	}

	private static void appendObject(Map<String, JsonNode> sorted, StringBuilder out) {
		out.append('{');
		boolean first = true;
		for (Map.Entry<String, JsonNode> member : sorted.entrySet()) {
			if (!first) {
				out.append(',');
			}
			first = false;
			appendString(member.getKey(), out);
			out.append(':');
			append(member.getValue(), out);
		}
		out.append('}');
	}

	// ECMAScript writes plain digits up to 10^21 and from 10^-6, and an exponent beyond.
	private static void appendNumber(BigDecimal value, StringBuilder out) {
		BigDecimal number = value.stripTrailingZeros();
		long magnitude = (long) number.precision() - number.scale();
		if (number.signum() == 0) {
			out.append('0');
		}
		else if (magnitude > -6 && magnitude <= 21) {
			out.append(number.toPlainString());
		}
		else {
			String digits = number.unscaledValue().abs().toString();
			long exponent = magnitude - 1;
			out.append((number.signum() < 0) ? "-" : "").append(digits.charAt(0));
			if (digits.length() > 1) {
				out.append('.').append(digits, 1, digits.length());
			}
			out.append('e').append((exponent < 0) ? "-" : "+").append(Math.abs(exponent));
		}
	}

	private static void appendString(String text, StringBuilder out) {
		out.append('"');
		String normal = nfc(text);
		for (int i = 0; i < normal.length(); i++) {
			char c = normal.charAt(i);
			switch (c) {
				case '"' -> out.append("\\\"");
				case '\\' -> out.append("\\\\");
				case '\b' -> out.append("\\b");
				case '\f' -> out.append("\\f");
				case '\n' -> out.append("\\n");
				case '\r' -> out.append("\\r");
				case '\t' -> out.append("\\t");
				default -> {
					if (c < ' ' || isUnpaired(normal, i)) {
						out.append(String.format("\\u%04x", (int) c));
					}
					else {
						out.append(c);
					}
				}
			}
		}
		out.append('"');
	}

	// Half of a surrogate pair has no UTF-8; the hash would take every one of them for
	// the same question mark.
	private static boolean isUnpaired(String text, int index) {
		char c = text.charAt(index);
		if (Character.isHighSurrogate(c)) {
			return index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1));
		}
		return Character.isLowSurrogate(c) && (index == 0 || !Character.isHighSurrogate(text.charAt(index - 1)));
	}

	private static String nfc(String text) {
		return Normalizer.isNormalized(text, Normalizer.Form.NFC) ? text
				: Normalizer.normalize(text, Normalizer.Form.NFC);
	}

	static byte[] sha256(String text) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java platform has SHA-256", ex);
		}
	}

}
