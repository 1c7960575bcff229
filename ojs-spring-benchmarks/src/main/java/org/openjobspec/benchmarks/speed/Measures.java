package org.openjobspec.benchmarks.speed;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;

/**
 * Rates of several contenders in several disciplines over several rounds.
 */
final class Measures {

	private final List<Measure> all = new ArrayList<>();

	Measure add(String discipline, Peer peer, int round, int jobs, long nanos) {
		Measure measure = new Measure(discipline, peer.label(), round, jobs, nanos / 1e9, jobs * 1e9 / nanos);
		this.all.add(measure);
		return measure;
	}

	/**
	 * The median rate.
	 * @param discipline what was measured
	 * @param peer of whom
	 * @return the median; nothing if that was not measured
	 */
	Optional<Double> median(String discipline, Peer peer) {
		Collection<Double> rates = rates(discipline, peer);
		return rates.isEmpty() ? Optional.empty() : Optional.of(Stats.median(rates));
	}

	/**
	 * One contender's median as a multiple of another's.
	 * @param discipline what was measured
	 * @param peer the one
	 * @param other the other
	 * @return the ratio; nothing if one of them was not measured
	 */
	Optional<Double> ratio(String discipline, Peer peer, Peer other) {
		return median(discipline, peer).flatMap((rate) -> median(discipline, other).map((base) -> rate / base));
	}

	private Collection<Double> rates(String discipline, Peer peer) {
		return this.all.stream()
			.filter((measure) -> measure.discipline().equals(discipline) && measure.contender().equals(peer.label()))
			.map(Measure::rate)
			.toList();
	}

	/**
	 * Writes a table of each discipline, in the order of the first measures.
	 * @param section where to
	 */
	void report(Section section) {
		Map<String, Boolean> disciplines = new LinkedHashMap<>();
		this.all.forEach((measure) -> disciplines.put(measure.discipline(), true));
		for (String discipline : disciplines.keySet()) {
			List<List<String>> rows = new ArrayList<>();
			for (Peer peer : Peer.values()) {
				Collection<Double> rates = rates(discipline, peer);
				if (!rates.isEmpty()) {
					rows.add(List.of(peer.label(), Stats.count(Stats.median(rates)),
							Stats.count(Collections.min(rates)) + " – " + Stats.count(Collections.max(rates)),
							times(discipline, peer, Peer.JOBRUNR), times(discipline, peer, Peer.DB_SCHEDULER),
							share(discipline, peer)));
				}
			}
			section.text("**" + discipline + "**");
			section.table(List.of("", "jobs/s, median", "min – max", "JobRunr = 1", "db-scheduler = 1", "of the floor"),
					rows);
		}
		section.raw("measures", List.copyOf(this.all));
	}

	private String times(String discipline, Peer peer, Peer base) {
		return ratio(discipline, peer, base).map(Stats::ratio).orElse("–");
	}

	private String share(String discipline, Peer peer) {
		return ratio(discipline, peer, Peer.FLOOR).map(Stats::percent).orElse("–");
	}

	/**
	 * One measurement.
	 *
	 * @param discipline what was measured
	 * @param contender of whom
	 * @param round in which round
	 * @param jobs over how many jobs
	 * @param seconds how long they took
	 * @param rate jobs per second
	 */
	record Measure(String discipline, String contender, int round, int jobs, double seconds, double rate) {
	}

}
