package org.openjobspec.boot.web;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A key with which the HTTP API may be called.
 *
 * @param name what it is called, in messages and logs; not secret
 * @param hash the SHA-256 of the key's UTF-8, 64 hexadecimal digits. The key itself is
 * known to whoever sends it alone
 * @param roles what it may be used for, at least one
 * @param queues the queues that it may be used for, or the beginnings of their names with
 * a {@code *} behind them; none for all
 * @param types the same of job types
 */
public record ApiKey(String name, String hash, Set<ApiRole> roles, List<String> queues, List<String> types) {

	private static final Pattern HASH = Pattern.compile("\\p{XDigit}{64}");

	private static final Pattern QUEUE = Pattern.compile("[a-z0-9][a-z0-9.-]{0,127}\\*?|\\*");

	private static final Pattern TYPE = Pattern.compile("[a-z][a-z0-9_.-]{0,254}\\*?|\\*");

	/**
	 * Checks the key.
	 * @param name what it is called
	 * @param hash the SHA-256 of the key's UTF-8, in hexadecimal
	 * @param roles what it may be used for
	 * @param queues the queues that it may be used for
	 * @param types the same of job types
	 * @throws Invalid if a part of it cannot be used
	 */
	public ApiKey {
		if (!HASH.matcher(hash).matches()) {
			// What stands there may be the key itself, so it is not repeated.
			throw new Invalid("hash",
					"must be the SHA-256 of the key in 64 hexadecimal digits, as sha256sum prints it");
		}
		if (roles.isEmpty()) {
			throw new Invalid("roles", "must name at least one of producer, worker, operator and admin");
		}
		roles = Set.copyOf(EnumSet.copyOf(roles));
		queues.forEach((queue) -> check("queues", QUEUE, queue,
				"must name queues, or the beginnings of their names with a * behind them"));
		types.forEach((type) -> check("types", TYPE, type,
				"must name job types, or the beginnings of their names with a * behind them"));
		queues = NamePattern.narrowing(queues);
		types = NamePattern.narrowing(types);
		if (roles.contains(ApiRole.WORKER) && types.stream().anyMatch(NamePattern::isPrefix)) {
			throw new Invalid("types", "must name the job types of a worker's key in full, since it fetches by them");
		}
	}

	private static void check(String part, Pattern pattern, String value, String reason) {
		if (!pattern.matcher(value).matches()) {
			throw new Invalid(part, "%s, and has '%s'".formatted(reason, value));
		}
	}

	/**
	 * A part of a key that cannot be used.
	 */
	public static final class Invalid extends IllegalArgumentException {

		private static final long serialVersionUID = 1L;

		/** The part of the key, as its property is called. */
		private final String part;

		Invalid(String part, String message) {
			super(message);
			this.part = part;
		}

		/**
		 * Which part it is.
		 * @return for example {@code hash}
		 */
		public String part() {
			return this.part;
		}

	}

}
