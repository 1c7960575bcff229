package org.openjobspec.benchmarks.speed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;

/**
 * Rates of several ways to do much the same, in rounds, beside that of the plain one.
 */
final class Comparison {

	private final Bench bench;

	private final String unit;

	private final Map<String, List<Double>> rates = new LinkedHashMap<>();

	private final Map<String, String> plain = new LinkedHashMap<>();

	private Comparison(Bench bench, String unit) {
		this.bench = bench;
		this.unit = unit;
	}

	/**
	 * Measures in as many rounds as the conditions say, after one that does not count.
	 * @param bench the conditions
	 * @param unit what the rates are
	 * @param round measures once
	 * @return what the rounds have shown
	 */
	static Comparison inRounds(Bench bench, String unit, Round round) throws Exception {
		round.measure(bench, new Comparison(bench, "warm-up/s"));
		Comparison comparison = new Comparison(bench, unit);
		for (int i = 1; i <= bench.rounds(); i++) {
			round.measure(bench, comparison);
		}
		return comparison;
	}

	/** Adds each way to a comparison once. */
	@FunctionalInterface
	interface Round {

		void measure(Bench bench, Comparison comparison) throws Exception;

	}

	/**
	 * Adds what one round has shown.
	 * @param way how it was done
	 * @param beside the plain way, which has been added before in this round; the same
	 * for the plain one itself
	 * @param count how many were done
	 * @param nanos in how much time
	 */
	void add(String way, String beside, int count, long nanos) {
		double rate = count * 1e9 / nanos;
		List<Double> all = this.rates.computeIfAbsent(way, (key) -> new ArrayList<>());
		all.add(rate);
		this.plain.put(way, beside);
		this.bench.log("Round %d  %-60s %10s %s".formatted(all.size(), way, Stats.count(rate), this.unit));
	}

	/**
	 * Writes what all rounds have shown; the ratios are medians of those of the rounds.
	 */
	void report(Section section) {
		List<List<String>> rows = new ArrayList<>();
		this.rates.forEach((way, values) -> {
			List<Double> base = Objects.requireNonNull(this.rates.get(this.plain.get(way)));
			List<Double> ratios = new ArrayList<>();
			for (int round = 0; round < values.size(); round++) {
				ratios.add(values.get(round) / base.get(round));
			}
			rows.add(List.of(way, Range.of(values).text(Stats::count),
					(values == base) ? "" : Range.of(ratios).text(Stats::decimal),
					(values == base) ? "" : String.valueOf(this.plain.get(way))));
		});
		section.table(List.of("", this.unit + ", median (min–max)", "ratio", "to"), rows);
		section.raw(this.unit, this.rates);
	}

}
