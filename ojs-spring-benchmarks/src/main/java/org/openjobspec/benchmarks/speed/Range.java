package org.openjobspec.benchmarks.speed;

import java.util.Collection;
import java.util.Collections;
import java.util.function.DoubleFunction;

import org.openjobspec.benchmarks.support.Stats;

/**
 * What several rounds say: the median, and how far the rounds lie apart.
 *
 * @param median the median
 * @param min the smallest
 * @param max the largest
 */
record Range(double median, double min, double max) {

	/**
	 * Sums rounds up.
	 * @param values one value per round, at least one
	 * @return their range
	 */
	static Range of(Collection<Double> values) {
		return new Range(Stats.median(values), Collections.min(values), Collections.max(values));
	}

	/**
	 * The range for a report.
	 * @param format writes a number
	 * @return for example {@code 12 (11–14)}, or {@code 12} when the rounds do not differ
	 * as it is written
	 */
	String text(DoubleFunction<String> format) {
		if (format.apply(this.min).equals(format.apply(this.max))) {
			return format.apply(this.median);
		}
		return "%s (%s–%s)".formatted(format.apply(this.median), format.apply(this.min), format.apply(this.max));
	}

}
