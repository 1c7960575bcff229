package org.openjobspec.benchmarks.input;

import java.util.SplittableRandom;
import java.util.UUID;

/**
 * The names in one request: of jobs, queues and workers that earlier requests used too,
 * and of this one alone. They follow from seed and index, so that a request is the same
 * whatever the server answered to those before.
 */
final class Names {

	/** Every so many requests there is a correct one that enqueues a job. */
	static final int STRIDE = 8;

	// Jobs of the latest requests, so that many of them are still waiting to be worked
	// on.
	private static final int RECENT = 400;

	private static final long FIRST_MILLI = 0x0190_0000_0000L;

	private final long seed;

	private final long index;

	private final Dice dice;

	Names(long seed, long index, Dice dice) {
		this.seed = seed;
		this.index = index;
		this.dice = dice;
	}

	/**
	 * What tells that something in the database came from a request.
	 * @param index the request's number
	 * @return a word that stands nowhere else
	 */
	static String mark(long index) {
		return "mark%dx%03xz".formatted(index, check(index));
	}

	// Of a million requests that were spoilt at random, some have a digit less and are
	// accepted: the number that is left is another's.
	private static long check(long index) {
		return ((index * 2_654_435_761L) >>> 12) & 0xFFF;
	}

	/**
	 * Whether a mark is as a request had it.
	 * @param index the number in the mark
	 * @param check what follows it
	 * @return whether they belong together
	 */
	static boolean isMark(long index, String check) {
		return check.equals("%03x".formatted(check(index)));
	}

	/**
	 * The id that a request gives its job.
	 * @param seed the seed of the run
	 * @param index the request's number
	 * @return a UUIDv7
	 */
	static UUID job(long seed, long index) {
		long random = new SplittableRandom(seed ^ (index << 20)).nextLong();
		return new UUID(((FIRST_MILLI + index) << 16) | 0x7000L | (random & 0xFFF),
				0x8000_0000_0000_0000L | (random >>> 2));
	}

	/**
	 * Fills in a template.
	 * @param text a path or a JSON leaf
	 * @return the text with names in the places of placeholders
	 */
	String fill(String text) {
		int at = text.indexOf('$');
		if (at < 0) {
			return text;
		}
		StringBuilder filled = new StringBuilder();
		int from = 0;
		while (at >= 0) {
			int end = at + 1;
			while (end < text.length() && Character.isLetter(text.charAt(end))) {
				end++;
			}
			filled.append(text, from, at).append(name(text.substring(at + 1, end)));
			from = end;
			at = text.indexOf('$', end);
		}
		return filled.append(text, from, text.length()).toString();
	}

	private String name(String placeholder) {
		return switch (placeholder) {
			case "new" -> job(this.seed, this.index).toString();
			case "job" -> job(this.seed, earlier()).toString();
			case "mark" -> mark(this.index);
			case "type" -> this.dice.chance(0.1) ? "t." + mark(this.index) : "t.t" + this.dice.below(20);
			// Few of their own: each is a row that lists show for ever.
			case "queue" -> this.dice.chance(0.002) ? "q." + mark(this.index) : "q" + this.dice.below(20);
			case "paused" -> "p" + this.dice.below(20);
			case "worker" -> this.dice.chance(0.02) ? "w." + mark(this.index) : "w" + this.dice.below(50);
			default -> throw new IllegalArgumentException("There is no placeholder $" + placeholder);
		};
	}

	private long earlier() {
		long latest = this.index / STRIDE;
		return STRIDE * Math.max(0, latest - this.dice.below((int) Math.min(RECENT, latest + 1)));
	}

}
