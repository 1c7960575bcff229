package org.openjobspec.boot.job;

import java.util.regex.Pattern;

/**
 * The names of tenants (ojs-multi-tenancy 3).
 */
public final class TenantId {

	/** The member of a job's metadata that names its tenant. */
	public static final String META = "tenant_id";

	private static final int MAX_LENGTH = 255;

	private static final Pattern PATTERN = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._:-]*+");

	private TenantId() {
	}

	/**
	 * Whether a text can be a tenant's name.
	 * @param text the text
	 * @return whether it consists of letters, digits, {@code . _ : -}, starts with a
	 * letter or digit and has at most 255 characters
	 */
	public static boolean isValid(String text) {
		return text.length() <= MAX_LENGTH && PATTERN.matcher(text).matches();
	}

	/**
	 * Checks a tenant's name.
	 * @param field what holds it, for the message
	 * @param text the name
	 * @return the same name
	 * @throws InvalidRequestException if it is not one
	 */
	public static String check(String field, String text) {
		if (!isValid(text)) {
			throw InvalidRequestException.field(field,
					"%s must consist of letters, digits, '.', '_', ':' and '-', start with a letter or digit and have at most %d characters"
						.formatted(field, MAX_LENGTH));
		}
		return text;
	}

}
