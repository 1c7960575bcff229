package org.openjobspec.boot.conformance;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What a conformance run is asked to do, by system properties.
 *
 * @param suites {@code ojs.conformance.suites}: the directory of the published suites
 * @param repaired {@code ojs.conformance.repaired}: the directory of repaired namesakes
 * @param filter {@code ojs.conformance.filter}: prefixes of case paths, separated by
 * commas; without it every case runs
 * @param targets {@code ojs.conformance.target}: addresses of running servers that share
 * no state, separated by commas; without it the application is booted
 */
record ConformanceSettings(Path suites, Optional<Path> repaired, List<String> filter, List<URI> targets) {

	static final String SUITES = "ojs.conformance.suites";

	/**
	 * Reads the settings.
	 * @param properties where properties come from
	 * @return the settings, empty when no suites are named
	 */
	static Optional<ConformanceSettings> from(UnaryOperator<@Nullable String> properties) {
		return property(properties, SUITES).map(Path::of)
			.map((suites) -> new ConformanceSettings(suites,
					property(properties, "ojs.conformance.repaired").map(Path::of),
					list(properties, "ojs.conformance.filter").toList(),
					list(properties, "ojs.conformance.target").map(URI::create).toList()));
	}

	static Optional<ConformanceSettings> fromSystem() {
		return from((name) -> System.getProperty(String.valueOf(name)));
	}

	/**
	 * Loads the selected cases.
	 * @return the published cases, then the repaired ones
	 */
	List<ConformanceCase> cases() {
		List<ConformanceCase> published = CaseLoader.unmodified(this.suites);
		Stream<ConformanceCase> replacements = this.repaired.stream()
			.flatMap((directory) -> CaseLoader.repaired(directory, published).stream());
		List<ConformanceCase> selected = Stream.concat(published.stream(), replacements)
			.filter((testCase) -> selects(testCase.line()))
			.toList();
		if (selected.isEmpty()) {
			throw new IllegalArgumentException("No conformance case starts with any of " + this.filter);
		}
		return selected;
	}

	/**
	 * Whether the run speaks about a line of the expected cases.
	 * @param line variant and path
	 * @return whether the case, if there is one, runs
	 */
	boolean selects(String line) {
		String path = line.substring(line.indexOf(' ') + 1);
		boolean variantRuns = this.repaired.isPresent() || !line.startsWith(Variant.REPAIRED + " ");
		return variantRuns && (this.filter.isEmpty() || this.filter.stream().anyMatch(path::startsWith));
	}

	/**
	 * Finds the project's list of expected cases, from the module or from the root.
	 * @return its path
	 */
	static Path expectedFile() {
		Path here = Path.of("").toAbsolutePath();
		for (Path directory = here; directory != null; directory = directory.getParent()) {
			Path file = directory.resolve("conformance").resolve("expected.txt");
			if (Files.isRegularFile(file)) {
				return file;
			}
		}
		throw new IllegalStateException("There is no 'conformance/expected.txt' in or above " + here);
	}

	private static Optional<String> property(UnaryOperator<@Nullable String> properties, String name) {
		return Optional.ofNullable(properties.apply(name)).filter((value) -> !value.isBlank());
	}

	private static Stream<String> list(UnaryOperator<@Nullable String> properties, String name) {
		return property(properties, name).stream()
			.flatMap((value) -> Arrays.stream(value.split(",")))
			.map(String::strip)
			.filter((element) -> !element.isEmpty());
	}

}
