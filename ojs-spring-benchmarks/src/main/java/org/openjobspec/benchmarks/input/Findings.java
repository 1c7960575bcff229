package org.openjobspec.benchmarks.input;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

import org.openjobspec.benchmarks.input.Ledger.Count;
import org.openjobspec.benchmarks.support.Report;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;

/**
 * What a run has shown.
 */
final class Findings {

	/** What the heap may differ by from one collection to another. */
	private static final long HEAP_TOLERANCE = 16L << 20;

	private static final int THREAD_TOLERANCE = 12;

	/**
	 * Resets that overtake their answers are rare; more would hide something else. A
	 * short run may have a few.
	 */
	private static final double UNANSWERED_TOLERANCE = 0.00002;

	private static final double CUT_TOLERANCE = 0.001;

	/** Of answers that lack their head; a thirtieth of that was seen. */
	private static final double HEADLESS_TOLERANCE = 0.001;

	private static final int FLOOR = 2;

	private static final double MEGABYTE = 1 << 20;

	private final Ledger ledger;

	private final List<Vitals.Sample> samples;

	private final List<Integer> repetitions;

	private final Duration sending;

	private final long connections;

	private final long unanswered;

	private final long cut;

	private final Map<String, Long> rows;

	private final List<String> warnings;

	Findings(Ledger ledger, List<Vitals.Sample> samples, List<Integer> repetitions, Duration sending, long connections,
			long unanswered, long cut, Map<String, Long> rows, List<String> warnings) {
		this.ledger = ledger;
		this.samples = samples;
		this.repetitions = repetitions;
		this.sending = sending;
		this.connections = connections;
		this.unanswered = unanswered;
		this.cut = cut;
		this.rows = rows;
		this.warnings = warnings;
		checkVitals();
		if (cut > Math.max(FLOOR, CUT_TOLERANCE * connections)) {
			ledger.violation(Violation.of("%d answers were not whole when they were given first".formatted(cut)));
		}
		if (headless() > Math.max(FLOOR, HEADLESS_TOLERANCE * connections)) {
			ledger.violation(Violation.of("%s answers had no head".formatted(Stats.count(headless()))));
		}
		if (unanswered > Math.max(FLOOR, UNANSWERED_TOLERANCE * connections)) {
			ledger.violation(Violation
				.of("%d connections were closed or reset before they gave an answer".formatted(unanswered)));
		}
		warnings.stream().limit(10).forEach((line) -> ledger.violation(Violation.of("The node has logged: " + line)));
	}

	/**
	 * The first window loads classes and fills caches; what comes after it must not add
	 * anything.
	 */
	private void checkVitals() {
		if (this.samples.size() < 2) {
			return;
		}
		Vitals.Sample first = this.samples.get(1);
		Vitals.Sample last = this.samples.get(this.samples.size() - 1);
		if (last.heap() - first.heap() > HEAP_TOLERANCE) {
			this.ledger.violation(
					Violation.of("The heap has grown from %,d to %,d bytes".formatted(first.heap(), last.heap())));
		}
		if (last.threads() - first.threads() > THREAD_TOLERANCE) {
			this.ledger.violation(Violation.of("%d threads have become %d".formatted(first.threads(), last.threads())));
		}
		if (last.waiting() > 0) {
			this.ledger.violation(Violation.of(last.waiting() + " threads wait for a connection at rest"));
		}
	}

	boolean isClean() {
		return this.ledger.violated() == 0;
	}

	void describe(Report report, long seed, int connections, String heap) {
		report.environment("Seed", Long.toString(seed));
		report.environment("Connections at once", Integer.toString(connections));
		report.environment("Largest heap of the node", heap);
		report.add(result());
		report.add(matrix("By endpoint", Count::endpoint, Count::ours));
		report.add(matrix("By kind", (count) -> count.family().title(), Count::ours));
		report.add(matrix("Not on our paths", (count) -> count.family().title(), (count) -> !count.ours())
			.text("Paths of the application, answered in its words; and request lines in which no path can be found, for example bytes of TLS, answered by Tomcat with 400 and a page of its own, without a context and hence without an error page of the application. "
					+ "They cannot be told from lines that are meant for the application, whose answers must stay as they are. Closed without an answer are connections that begin with the preface of HTTP/2, which is not switched on, and those that end before the headers do."));
		report.add(vitals());
		report.add(tables());
	}

	private Section result() {
		double requests = sum((count) -> true);
		Section section = new Section("Result").text("%s requests in %s s (%s per second) on %s connections. %s"
			.formatted(Stats.count(requests), Stats.count(this.sending.toMillis() / 1000.0),
					Stats.count(requests * 1000.0 / Math.max(1, this.sending.toMillis())),
					Stats.count((double) this.connections),
					isClean() ? "No violation." : "**" + this.ledger.violated() + " violations.**"));
		if (this.ledger.cut() > 0) {
			section.text(
					"%d answers to requests that Tomcat does not read to their end were cut short by its reset of the connection, each time out of four."
						.formatted(this.ledger.cut()));
		}
		section.text((this.unanswered == 0)
				? "No connection that was opened for one request was closed or reset without an answer."
				: "%d of these connections, opened for one request, were closed or reset without an answer; it was sent again."
					.formatted(this.unanswered));
		if (this.cut > 0) {
			section.text("%d answers were cut short by a reset of their connection; their requests were sent again."
				.formatted(this.cut));
		}
		if (headless() > 0) {
			section.text(
					"%s answers to request lines that Tomcat cannot read were our error without a head: its processor still took itself to be answering an earlier request of HTTP/0.9, whose answers have none. An application that sets `server.tomcat.processor-cache` to 0 does without."
						.formatted(Stats.count(headless())));
		}
		for (Violation violation : this.ledger.violations()) {
			section.text("**" + ((violation.index() >= 0) ? "Request " + violation.index() + ": " : "")
					+ violation.what() + "**");
			if (!violation.request().isEmpty()) {
				section.text("```\n%s\n\n%s\n```".formatted(violation.request(), violation.answer()));
			}
		}
		return section.raw("requests", (long) requests)
			.raw("seconds", this.sending.toMillis() / 1000.0)
			.raw("connections", this.connections)
			.raw("unanswered", this.unanswered)
			.raw("cut", this.cut)
			.raw("cutEachTime", this.ledger.cut())
			.raw("headless", headless())
			.raw("violations", this.ledger.violations());
	}

	private double headless() {
		return sum((count) -> count.ours() && count.status() == 0);
	}

	private double sum(Predicate<Count> filter) {
		return this.ledger.counts()
			.entrySet()
			.stream()
			.filter((entry) -> filter.test(entry.getKey()))
			.mapToLong((entry) -> entry.getValue().sum())
			.sum();
	}

	private Section matrix(String title, Function<Count, String> row, Predicate<Count> filter) {
		Map<String, Map<Integer, Long>> table = new TreeMap<>();
		Map<Integer, Long> total = new TreeMap<>();
		this.ledger.counts().forEach((count, number) -> {
			if (filter.test(count)) {
				table.computeIfAbsent(row.apply(count), (name) -> new TreeMap<>())
					.merge(count.status(), number.sum(), Long::sum);
				total.merge(count.status(), number.sum(), Long::sum);
			}
		});
		List<String> header = new ArrayList<>(List.of(title.equals("By endpoint") ? "Endpoint" : "Kind"));
		total.keySet().forEach((status) -> header.add(switch (status) {
			case Count.CLOSED -> "closed";
			case 0 -> "body alone";
			default -> status.toString();
		}));
		List<List<String>> rows = new ArrayList<>();
		table.put("all", total);
		Map<String, Object> raw = new LinkedHashMap<>();
		table.forEach((name, numbers) -> {
			List<String> cells = new ArrayList<>(List.of(name));
			total.keySet().forEach((status) -> cells.add(Stats.count((double) numbers.getOrDefault(status, 0L))));
			rows.add(cells);
			raw.put(name, numbers);
		});
		return new Section(title).table(header, rows).raw("counts", raw);
	}

	private Section vitals() {
		List<List<String>> rows = new ArrayList<>();
		for (Vitals.Sample sample : this.samples) {
			rows.add(List.of(Stats.count((double) sample.requests()), Stats.decimal(sample.heap() / MEGABYTE),
					Stats.decimal(sample.nonHeap() / MEGABYTE), Integer.toString(sample.threads()),
					Integer.toString(sample.busy()), Integer.toString(sample.waiting())));
		}
		return new Section("Memory").text(
				"After a garbage collection, at rest. Flat means: the last sample is at most %s MB and %d threads above the one after the first window."
					.formatted(Stats.count(HEAP_TOLERANCE / MEGABYTE), THREAD_TOLERANCE))
			.table(List.of("Requests", "Heap, MB", "Non-heap, MB", "Threads", "Connections in use",
					"Threads waiting for one"), rows)
			.raw("samples", this.samples);
	}

	private Section tables() {
		double repeated = this.repetitions.stream().mapToInt(Integer::intValue).sum();
		List<List<String>> cells = new ArrayList<>();
		this.rows.forEach((table, number) -> cells.add(List.of(table, Stats.count((double) number))));
		return new Section("Tables")
			.text("Compared in the end: the stored jobs with those that answers told of, one by one; and the marks that requests leave, in every table, with the verdicts on those requests. "
					+ "%s requests that had been refused were sent again with nobody else there, %d times at rest: no row of any table was written or went away, but for what housekeeping does to receipts of claims."
						.formatted(Stats.count(repeated), this.repetitions.size()))
			.table(List.of("Table", "Rows"), cells)
			.text("Lines in the node's log at WARN or above: " + this.warnings.size())
			.raw("rows", this.rows)
			.raw("repetitions", this.repetitions)
			.raw("warnings", this.warnings.stream().limit(100).toList());
	}

}
