package org.openjobspec.benchmarks.support;

import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class StatsTest {

	@Test
	void theMedianOfAnOddNumberIsTheMiddleOne() {
		assertThat(Stats.median(List.of(9.0, 1.0, 3.0))).isEqualTo(3);
	}

	@Test
	void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
		assertThat(Stats.median(List.of(9.0, 1.0, 3.0, 5.0))).isEqualTo(4);
	}

	@Test
	void theSpreadIsRelativeToTheMedian() {
		assertThat(Stats.spread(List.of(90.0, 100.0, 130.0))).isEqualTo(0.4);
	}

	@Test
	void numbersReadTheSameEverywhere() {
		assertThat(Stats.count(1_234_567.8)).isEqualTo("1,234,568");
		assertThat(Stats.decimal(0.126)).isEqualTo("0.13");
		assertThat(Stats.ratio(5.126)).isEqualTo("5.13 x");
		assertThat(Stats.percent(0.626)).isEqualTo("63 %");
	}

}
