package org.openjobspec.benchmarks.support;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;

/**
 * Medians and ratios, and how a report words them.
 */
public final class Stats {

	private Stats() {
	}

	/**
	 * The median.
	 * @param values at least one value
	 * @return the middle one, or the mean of the two in the middle
	 */
	public static double median(Collection<Double> values) {
		double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		int middle = sorted.length / 2;
		return (sorted.length % 2 == 1) ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
	}

	/**
	 * How far the values lie apart: (largest - smallest) / median.
	 * @param values at least one value
	 * @return the relative spread
	 */
	public static double spread(Collection<Double> values) {
		double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
		return (sorted[sorted.length - 1] - sorted[0]) / median(Arrays.stream(sorted).boxed().toList());
	}

	/**
	 * A count or rate with thousands separated.
	 * @param value the value
	 * @return for example {@code 12,345}
	 */
	public static String count(double value) {
		return String.format(Locale.ROOT, "%,.0f", value);
	}

	/**
	 * A small number with two digits.
	 * @param value the value
	 * @return for example {@code 0.12}
	 */
	public static String decimal(double value) {
		return String.format(Locale.ROOT, "%.2f", value);
	}

	/**
	 * A ratio.
	 * @param value the value
	 * @return for example {@code 5.1 x}
	 */
	public static String ratio(double value) {
		return String.format(Locale.ROOT, "%.2f x", value);
	}

	/**
	 * A share.
	 * @param value the value, 1 for all
	 * @return for example {@code 63 %}
	 */
	public static String percent(double value) {
		return String.format(Locale.ROOT, "%.0f %%", value * 100);
	}

}
