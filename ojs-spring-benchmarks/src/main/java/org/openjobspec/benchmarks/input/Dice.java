package org.openjobspec.benchmarks.input;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Chance that repeats: the same seed and index always throw the same.
 */
final class Dice {

	// Odd constants far apart, so that neighbouring indexes have nothing in common.
	private static final long SPREAD = 0x9E3779B97F4A7C15L;

	private static final long MIX = 0xBF58476D1CE4E5B9L;

	private final SplittableRandom random;

	Dice(long seed, long index) {
		this.random = new SplittableRandom((seed * MIX) ^ ((index + 1) * SPREAD));
	}

	int below(int bound) {
		return this.random.nextInt(bound);
	}

	int between(int least, int most) {
		return this.random.nextInt(least, most + 1);
	}

	boolean chance(double probability) {
		return this.random.nextDouble() < probability;
	}

	@SafeVarargs
	@SuppressWarnings("varargs")
	final <T> T any(T... choices) {
		return choices[below(choices.length)];
	}

	<T> T any(List<T> choices) {
		return choices.get(below(choices.size()));
	}

	byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		this.random.nextBytes(bytes);
		return bytes;
	}

}
