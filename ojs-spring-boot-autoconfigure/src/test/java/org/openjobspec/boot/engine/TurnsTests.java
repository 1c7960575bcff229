package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.Pool;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whose turn it is among the queues of a pool.
 */
class TurnsTests {

	private static final Map<String, Integer> WEIGHTS = new LinkedHashMap<>();

	static {
		WEIGHTS.put("a", 5);
		WEIGHTS.put("b", 3);
		WEIGHTS.put("c", 1);
	}

	@Test
	void queuesInRotationHaveOneTurnAfterTheOtherWhateverTheirWeights() {
		Turns turns = new Turns(new Pool("main", Pool.Strategy.ROUND_ROBIN, WEIGHTS));
		assertThat(turns.next(7)).containsExactly("a", "b", "c", "a", "b", "c", "a");
		assertThat(turns.next(1)).containsExactly("b");
	}

	@Test
	void whereverOneBeginsAQueueHasAsManyTurnsAsItsWeight() {
		List<String> turns = new ArrayList<>();
		Turns weighted = new Turns(new Pool("main", Pool.Strategy.WEIGHTED, WEIGHTS));
		for (int i = 0; i < 30; i++) {
			turns.addAll(weighted.next(1 + i % 4));
		}
		for (int from = 0; from + 9 <= turns.size(); from++) {
			List<String> window = turns.subList(from, from + 9);
			WEIGHTS.forEach((queue, weight) -> assertThat(Collections.frequency(window, queue)).isEqualTo(weight));
		}
	}

	@Test
	void theTurnsOfAHeavyQueueLieEvenlyAmongThoseOfTheOthers() {
		List<String> turns = new Turns(new Pool("main", Pool.Strategy.WEIGHTED, WEIGHTS)).next(9);
		assertThat(String.join("", turns)).doesNotContain("aaa").doesNotContain("bb");
	}

}
