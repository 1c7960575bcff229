package org.openjobspec.matrix;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A choice of features.
 *
 * @param features those that were chosen
 */
record Combination(Set<Feature> features) {

	private static final int ALL = 1 << Feature.values().length;

	static Combination of(Feature first, Feature... others) {
		return new Combination(EnumSet.of(first, others));
	}

	/**
	 * Those that somebody asks for.
	 * @param names "all", or names as {@link #toString()} has them, parted by commas, or
	 * nothing
	 * @return the combinations; a few that cover all pairs if none is named
	 */
	static List<Combination> chosen(String names) {
		return switch (names) {
			case "" -> pairwise();
			case "all" -> all();
			default -> all().stream()
				.filter((combination) -> List.of(names.split(",")).contains(combination.toString()))
				.toList();
		};
	}

	/**
	 * Every choice that there is.
	 * @return all combinations
	 */
	static List<Combination> all() {
		return IntStream.range(0, ALL).mapToObj(Combination::numbered).toList();
	}

	/**
	 * A few, such that each two features are there together, each alone, and neither.
	 * Found greedily, so that it is the same in each build.
	 * @return some combinations
	 */
	static List<Combination> pairwise() {
		List<Combination> chosen = new ArrayList<>();
		Set<Pair> open = new HashSet<>();
		all().forEach((combination) -> open.addAll(combination.pairs()));
		while (!open.isEmpty()) {
			Combination best = null;
			long most = 0;
			// From the fullest: what is chosen on equal terms is rather the larger
			// application.
			for (int number = ALL - 1; number >= 0; number--) {
				Combination candidate = numbered(number);
				long gain = candidate.pairs().stream().filter(open::contains).count();
				if (gain > most) {
					most = gain;
					best = candidate;
				}
			}
			if (best == null) {
				throw new IllegalStateException("Pairs that no combination has: " + open);
			}
			open.removeAll(best.pairs());
			chosen.add(best);
		}
		return chosen;
	}

	private static Combination numbered(int number) {
		EnumSet<Feature> features = EnumSet.noneOf(Feature.class);
		for (Feature feature : Feature.values()) {
			if ((number & (1 << feature.ordinal())) != 0) {
				features.add(feature);
			}
		}
		return new Combination(features);
	}

	boolean has(Feature feature) {
		return this.features.contains(feature);
	}

	/**
	 * Whether the server of this combination listens to this machine alone. Half of them
	 * do, in such a way that it has nothing to do with any other feature.
	 * @return whether it is bound to the loopback address
	 */
	boolean isLocal() {
		return this.features.size() % 2 == 1;
	}

	private Set<Pair> pairs() {
		Set<Pair> pairs = new HashSet<>();
		for (Feature first : Feature.values()) {
			for (Feature second : Feature.values()) {
				if (first.compareTo(second) < 0) {
					pairs.add(new Pair(first, has(first), second, has(second)));
				}
			}
		}
		return pairs;
	}

	@Override
	public String toString() {
		return this.features.isEmpty() ? "nothing"
				: this.features.stream()
					.map((feature) -> feature.name().toLowerCase(Locale.ROOT))
					.collect(Collectors.joining("+"));
	}

	private record Pair(Feature first, boolean hasFirst, Feature second, boolean hasSecond) {

	}

}
