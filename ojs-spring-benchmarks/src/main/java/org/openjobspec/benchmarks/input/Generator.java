package org.openjobspec.benchmarks.input;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;

import org.jspecify.annotations.Nullable;

/**
 * Makes requests from valid to hostile. A request depends on seed and index alone, so
 * that any one of a run can be made again.
 */
final class Generator {

	private static final List<String> BASES = List.of("/ojs/v1", "/api/v1");

	private static final List<Endpoint> ENDPOINTS = weighted(Catalogue.ALL, Endpoint::weight);

	private static final List<Family> FAMILIES = weighted(List.of(Family.values()), Family::weight);

	private static final List<Family> SECOND = List.of(Family.HEADERS, Family.MEDIA, Family.PATHS, Family.QUERIES,
			Family.CHUNKS, Family.METHODS, Family.TYPES, Family.NUMBERS, Family.STRINGS);

	private static final Endpoint ENQUEUE = Endpoint.withBody("enqueue", 0, "/jobs", Catalogue.NAMED_JOB);

	private final long seed;

	Generator(long seed) {
		this.seed = seed;
	}

	private static <T> List<T> weighted(List<T> choices, ToIntFunction<T> weight) {
		List<T> all = new ArrayList<>();
		choices.forEach((choice) -> {
			for (int i = 0; i < weight.applyAsInt(choice); i++) {
				all.add(choice);
			}
		});
		return List.copyOf(all);
	}

	/**
	 * Makes a request.
	 * @param index its number
	 * @return the same request for the same number
	 */
	Request request(long index) {
		Dice dice = new Dice(this.seed, index);
		if (index % Names.STRIDE == 0) {
			return draft(ENQUEUE, index, dice).build(index, Family.VALID);
		}
		Draft draft = draft(dice.any(ENDPOINTS), index, dice);
		Family family = dice.any(FAMILIES);
		family.spoil(draft, dice);
		if (family.isAboutBodies() && dice.chance(0.08)) {
			Expectation before = draft.expectation();
			dice.any(SECOND).spoil(draft, dice);
			draft.expect(both(before, draft.expectation()));
		}
		return draft.build(index, family);
	}

	/**
	 * What is to be expected of a request that was spoilt twice: neither knew of the
	 * other, so that no certainty is left, but for what HTTP itself cannot carry.
	 */
	private static Expectation both(Expectation first, Expectation second) {
		return (second == Expectation.UNFINISHED || second == Expectation.UNSUPPORTED) ? second
				: (first == Expectation.UNFINISHED || first == Expectation.UNSUPPORTED) ? first : Expectation.ANY;
	}

	private Draft draft(Endpoint endpoint, long index, Dice dice) {
		Names names = new Names(this.seed, index, dice);
		String path = names.fill(endpoint.path());
		JsonTree template = endpoint.bodies().isEmpty() ? null : dice.any(endpoint.bodies());
		@Nullable JsonTree body = (template != null) ? template.copy(names::fill) : null;
		return new Draft(endpoint, endpoint.absolute() ? path : dice.any(BASES) + path, body);
	}

}
