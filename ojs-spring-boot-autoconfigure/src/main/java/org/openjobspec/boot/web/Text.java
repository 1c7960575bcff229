package org.openjobspec.boot.web;

/**
 * Strings that are not text: JSON can escape a lone surrogate or a NUL, but UTF-8 cannot
 * carry the one and PostgreSQL cannot store the other.
 */
final class Text {

	private static final char REPLACEMENT = '\uFFFD';

	private static final int BRIEF = 64;

	private Text() {
	}

	static boolean isStorable(String value) {
		for (int i = 0; i < value.length(); i++) {
			if (isBad(value, i)) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Replaces what cannot be stored or sent.
	 * @param value any string
	 * @return the same string, or a copy with U+FFFD in the places of what was replaced
	 */
	static String storable(String value) {
		if (isStorable(value)) {
			return value;
		}
		StringBuilder clean = new StringBuilder(value);
		for (int i = 0; i < value.length(); i++) {
			if (isBad(value, i)) {
				clean.setCharAt(i, REPLACEMENT);
			}
		}
		return clean.toString();
	}

	/**
	 * The beginning of what somebody sent, to be repeated in a message.
	 * @param value any string
	 * @return its first {@value #BRIEF} characters at most, storable
	 */
	static String brief(String value) {
		return storable((value.length() <= BRIEF) ? value : value.substring(0, BRIEF));
	}

	static boolean hasControls(String value) {
		return value.chars().anyMatch(Character::isISOControl);
	}

	private static boolean isBad(String value, int index) {
		char c = value.charAt(index);
		if (Character.isHighSurrogate(c)) {
			return index + 1 == value.length() || !Character.isLowSurrogate(value.charAt(index + 1));
		}
		if (Character.isLowSurrogate(c)) {
			return index == 0 || !Character.isHighSurrogate(value.charAt(index - 1));
		}
		return c == 0;
	}

	/**
	 * Writes a string as a JSON string that is pure text whatever the string holds.
	 * @param value any string
	 * @return the quoted string
	 */
	static String quote(String value) {
		StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
		for (int i = 0; i < value.length(); i++) {
			char c = value.charAt(i);
			if (c == '"' || c == '\\') {
				quoted.append('\\').append(c);
			}
			else if (c < ' ' || isBad(value, i)) {
				quoted.append("\\u%04x".formatted((int) c));
			}
			else {
				quoted.append(c);
			}
		}
		return quoted.append('"').toString();
	}

}
