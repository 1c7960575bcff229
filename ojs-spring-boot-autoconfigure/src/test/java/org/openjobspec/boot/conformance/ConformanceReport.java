package org.openjobspec.boot.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;

import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a run found, as a table for people and as JSON for machines.
 */
final class ConformanceReport {

	private static final int SHOWN_CHARACTERS = 300;

	private final List<CaseResult> results;

	private final Map<String, Row> rows = new TreeMap<>();

	private final Row total;

	ConformanceReport(List<CaseResult> results) {
		this.results = List.copyOf(results);
		this.results.stream()
			.collect(Collectors.groupingBy((result) -> result.testCase().suite()))
			.forEach((suite, ofSuite) -> this.rows.put(suite, Row.of(suite, ofSuite)));
		this.total = Row.of("total", this.results);
	}

	/**
	 * The totals of the run.
	 * @return the sums over all suites
	 */
	Row total() {
		return this.total;
	}

	String table() {
		List<String> lines = new ArrayList<>();
		int width = this.rows.keySet().stream().mapToInt(String::length).max().orElse(0);
		String format = "%-" + Math.max(width, 5) + "s  %6s  %14s  %10s  %12s  %16s";
		lines.add(format.formatted("suite", "cases", "public", "(vacuous)", "strict", "strict, repaired"));
		this.rows.values().forEach((row) -> lines.add(row.format(format)));
		lines.add(this.total.format(format));
		return String.join("\n", lines);
	}

	/**
	 * One line for each case that failed strictly, with its first reason.
	 * @return the lines
	 */
	String failures() {
		return this.results.stream()
			.filter((result) -> !result.passed())
			.map((result) -> "%s: %s".formatted(result.testCase().line(),
					shorten(result.strictly().failures().get(0).toString())))
			.collect(Collectors.joining("\n"));
	}

	/**
	 * Writes {@code report.md} and {@code report.json}.
	 * @param directory where to, created when it is not there
	 * @throws IOException if that cannot be done
	 */
	void write(Path directory) throws IOException {
		Files.createDirectories(directory);
		Files.writeString(directory.resolve("report.md"), markdown());
		Files.writeString(directory.resolve("report.json"), Json.pretty(json()) + "\n");
	}

	String markdown() {
		StringBuilder text = new StringBuilder("# Conformance\n\n");
		text.append("'public' is what the public runner would report; its vacuous passes looked at nothing. ");
		text.append("'strict' evaluates every assertion of a case and is what counts. ");
		text.append("'strict, repaired' counts the repaired variant of a case instead of the published one.\n\n");
		text.append("| suite | cases | public | vacuous | strict | strict, repaired |\n|---|--:|--:|--:|--:|--:|\n");
		this.rows.values().forEach((row) -> text.append(row.format("| %s | %s | %s | %s | %s | %s |")).append('\n'));
		text.append(this.total.format("| **%s** | %s | %s | %s | %s | %s |")).append('\n');
		cases(text, "Failed", (result) -> !result.passed());
		cases(text, "Passed publicly, failed strictly",
				(result) -> result.readingsDisagree() && result.publicly().passed());
		cases(text, "Failed publicly, passed strictly", (result) -> result.readingsDisagree() && result.passed());
		return text.toString();
	}

	private void cases(StringBuilder text, String title, Predicate<CaseResult> which) {
		List<CaseResult> selected = this.results.stream().filter(which).toList();
		if (selected.isEmpty()) {
			return;
		}
		text.append("\n## ").append(title).append("\n");
		for (CaseResult result : selected) {
			Outcome failed = result.passed() ? result.publicly() : result.strictly();
			text.append("\n`").append(result.testCase().line()).append("` (").append(result.testCase().testId());
			text.append(result.publicly().vacuous() ? ", vacuous for the public runner" : "").append(")\n\n");
			failed.failures()
				.forEach((failure) -> text.append("- ")
					.append(shorten(failure.toString()).replace("\n", " "))
					.append('\n'));
		}
	}

	ObjectNode json() {
		ObjectNode report = JsonNodeFactory.instance.objectNode();
		report.set("total", this.total.json());
		ArrayNode suites = report.putArray("suites");
		this.rows.values().forEach((row) -> suites.add(row.json()));
		ArrayNode cases = report.putArray("cases");
		for (CaseResult result : this.results) {
			ObjectNode entry = cases.addObject();
			entry.put("path", result.testCase().path());
			entry.put("variant", result.testCase().variant().toString());
			entry.put("test_id", result.testCase().testId());
			entry.put("readings_disagree", result.readingsDisagree());
			entry.set("public", json(result.publicly()));
			entry.set("strict", json(result.strictly()));
		}
		return report;
	}

	private static ObjectNode json(Outcome outcome) {
		ObjectNode node = JsonNodeFactory.instance.objectNode();
		node.put("passed", outcome.passed());
		node.put("vacuous", outcome.vacuous());
		node.put("evaluated", outcome.evaluated());
		node.put("duration_ms", outcome.durationMillis());
		ArrayNode failures = node.putArray("failures");
		for (Failure failure : outcome.failures()) {
			failures.addObject()
				.put("step", failure.step())
				.put("path", failure.path())
				.put("expected", failure.expected())
				.put("actual", failure.actual())
				.put("message", failure.message());
		}
		return node;
	}

	private static String shorten(String text) {
		return (text.length() <= SHOWN_CHARACTERS) ? text : text.substring(0, SHOWN_CHARACTERS) + "…";
	}

	/**
	 * The numbers of one suite. Cases and passes are those of the published files;
	 * {@code repairedPass} takes the repaired variant of a case where there is one.
	 *
	 * @param suite the directory
	 * @param cases how many published cases
	 * @param publicPass how many pass for the public runner
	 * @param vacuous how many of these looked at nothing
	 * @param strictPass how many pass strictly
	 * @param repairedPass how many pass strictly when repaired cases replace theirs
	 */
	record Row(String suite, long cases, long publicPass, long vacuous, long strictPass, long repairedPass) {

		static Row of(String suite, List<CaseResult> results) {
			Map<Variant, List<CaseResult>> variants = results.stream()
				.collect(Collectors.groupingBy((result) -> result.testCase().variant()));
			List<CaseResult> published = variants.getOrDefault(Variant.UNMODIFIED, List.of());
			Map<String, CaseResult> effective = new TreeMap<>();
			published.forEach((result) -> effective.put(result.testCase().path(), result));
			variants.getOrDefault(Variant.REPAIRED, List.of())
				.forEach((result) -> effective.put(result.testCase().path(), result));
			return new Row(suite, published.size(), count(published, (result) -> result.publicly().passed()),
					count(published, (result) -> result.publicly().vacuous()), count(published, CaseResult::passed),
					count(List.copyOf(effective.values()), CaseResult::passed));
		}

		private static long count(List<CaseResult> results, Predicate<CaseResult> which) {
			return results.stream().filter(which).count();
		}

		String format(String format) {
			return format.formatted(this.suite, this.cases, this.publicPass, this.vacuous, this.strictPass,
					this.repairedPass);
		}

		ObjectNode json() {
			return JsonNodeFactory.instance.objectNode()
				.put("suite", this.suite)
				.put("cases", this.cases)
				.put("public", this.publicPass)
				.put("vacuous", this.vacuous)
				.put("strict", this.strictPass)
				.put("strict_repaired", this.repairedPass);
		}

	}

}
