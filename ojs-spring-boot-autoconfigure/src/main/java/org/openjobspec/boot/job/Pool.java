package org.openjobspec.boot.job;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A named set of queues that workers fetch from in turn (ojs-fair-scheduling 6).
 *
 * @param name its name
 * @param strategy whose turn it is
 * @param queues its queues with their weights, 1 to 10,000, in their order; 1 to 100
 * queues
 */
public record Pool(String name, Strategy strategy, Map<String, Integer> queues) {

	private static final int MAX_QUEUES = 100;

	private static final int MAX_WEIGHT = 10_000;

	private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9][a-zA-Z0-9._-]{0,127}");

	/**
	 * Checks the pool.
	 * @param name its name
	 * @param strategy whose turn it is
	 * @param queues its queues with their weights
	 * @throws InvalidRequestException if it breaks a rule
	 */
	public Pool {
		checkName("name", name);
		if (queues.isEmpty() || queues.size() > MAX_QUEUES) {
			throw InvalidRequestException.field("queues", "queues must name from 1 to %d queues".formatted(MAX_QUEUES));
		}
		queues.forEach((queue, weight) -> {
			JobRequest.checkQueue("queues", queue);
			if (weight < 1 || weight > MAX_WEIGHT) {
				throw InvalidRequestException.field("queues.%s.weight".formatted(queue),
						"a weight must be from 1 to %d, and is %d".formatted(MAX_WEIGHT, weight));
			}
		});
		queues = Collections.unmodifiableMap(new LinkedHashMap<>(queues));
	}

	/**
	 * Checks the name of a pool.
	 * @param field what holds it, for the message
	 * @param name the name
	 * @return the same name
	 * @throws InvalidRequestException if it is not one
	 */
	public static String checkName(String field, String name) {
		if (!NAME.matcher(name).matches()) {
			throw InvalidRequestException.field(field,
					"%s must consist of letters, digits, '.', '_' and '-', start with a letter or digit and have at most 128 characters"
						.formatted(field));
		}
		return name;
	}

	/** Whose turn it is among the queues of a pool (ojs-fair-scheduling 7). */
	public enum Strategy {

		/** Each queue has one turn after the other. */
		ROUND_ROBIN,

		/**
		 * Each queue has as many turns as its weight, evenly among those of the others.
		 */
		WEIGHTED,

		/** The first queue that has jobs has the turn, always. */
		STRICT;

		/**
		 * The name on the wire.
		 * @return the name in lower case, with hyphens
		 */
		public String wireName() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

		/**
		 * Reads a name.
		 * @param field what holds it, for the message
		 * @param name the name, with hyphens or underscores
		 * @return the strategy
		 * @throws InvalidRequestException if there is none of that name
		 */
		public static Strategy of(String field, String name) {
			for (Strategy strategy : values()) {
				if (strategy.wireName().equals(name.replace('_', '-'))) {
					return strategy;
				}
			}
			throw InvalidRequestException.field(field, field + " must be round-robin, weighted or strict");
		}

	}

}
