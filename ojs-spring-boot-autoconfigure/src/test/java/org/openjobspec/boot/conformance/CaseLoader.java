package org.openjobspec.boot.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Finds the cases under a directory. A directory that is not there, that holds no case,
 * or that holds a file which is not a case, is an error: a run over nothing must not look
 * like a run without failures.
 */
final class CaseLoader {

	private static final String SUFFIX = ".json";

	private CaseLoader() {
	}

	/**
	 * Loads the published cases.
	 * @param directory where the suites lie
	 * @return the cases, sorted by path
	 */
	static List<ConformanceCase> unmodified(Path directory) {
		return load(directory, Variant.UNMODIFIED);
	}

	/**
	 * Loads the repaired namesakes of published cases.
	 * @param directory where the repaired suites lie
	 * @param published the cases that may be replaced
	 * @return the repaired cases, sorted by path
	 */
	static List<ConformanceCase> repaired(Path directory, List<ConformanceCase> published) {
		List<ConformanceCase> repaired = load(directory, Variant.REPAIRED);
		Set<String> namesakes = published.stream().map(ConformanceCase::path).collect(Collectors.toSet());
		for (ConformanceCase replacement : repaired) {
			if (!namesakes.contains(replacement.path())) {
				throw new IllegalArgumentException(
						"Repaired case '%s' replaces nothing: no published case has this path"
							.formatted(replacement.path()));
			}
		}
		return repaired;
	}

	private static List<ConformanceCase> load(Path directory, Variant variant) {
		if (!Files.isDirectory(directory)) {
			throw new IllegalArgumentException("There is no directory '%s' to load %s conformance cases from"
				.formatted(directory.toAbsolutePath(), variant));
		}
		List<ConformanceCase> cases = new ArrayList<>();
		try (Stream<Path> files = Files.walk(directory)) {
			for (Path file : files.filter((file) -> file.toString().endsWith(SUFFIX)).toList()) {
				String relative = directory.relativize(file).toString().replace('\\', '/');
				String path = relative.substring(0, relative.length() - SUFFIX.length());
				cases.add(new ConformanceCase(path, variant, read(file)));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		if (cases.isEmpty()) {
			throw new IllegalArgumentException(
					"The directory '%s' holds no conformance cases".formatted(directory.toAbsolutePath()));
		}
		cases.sort(Comparator.comparing(ConformanceCase::path));
		return List.copyOf(cases);
	}

	private static JsonNode read(Path file) throws IOException {
		JsonNode source;
		try {
			source = Json.parse(Files.readString(file));
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException("'%s' is not JSON: %s".formatted(file, ex.getOriginalMessage()), ex);
		}
		if (!source.path("test_id").isString() || !source.path("steps").isArray() || source.path("steps").isEmpty()) {
			throw new IllegalArgumentException(
					"'%s' is not a conformance case: it needs 'test_id' and 'steps'".formatted(file));
		}
		return source;
	}

}
