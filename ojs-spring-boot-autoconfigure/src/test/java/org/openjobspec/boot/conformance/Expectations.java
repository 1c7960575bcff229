package org.openjobspec.boot.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The cases that the project says it passes. Reality has to agree in both directions:
 * what is listed passes, what passes is listed.
 */
final class Expectations {

	private static final Pattern LINE = Pattern.compile("(unmodified|repaired) \\S+");

	private final Set<String> listed;

	private Expectations(Set<String> listed) {
		this.listed = listed;
	}

	static Expectations read(Path file) {
		try {
			return parse(Files.readAllLines(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException("The list of expected conformance cases cannot be read", ex);
		}
	}

	static Expectations parse(List<String> lines) {
		List<String> listed = lines.stream()
			.map(String::strip)
			.filter((line) -> !line.isEmpty() && !line.startsWith("#"))
			.toList();
		for (int i = 0; i < listed.size(); i++) {
			if (!LINE.matcher(listed.get(i)).matches()) {
				throw new IllegalArgumentException(
						"'%s' is not of the form 'unmodified|repaired path/of/case'".formatted(listed.get(i)));
			}
			if (i > 0 && listed.get(i - 1).compareTo(listed.get(i)) >= 0) {
				throw new IllegalArgumentException("'%s' stands after '%s': the list is sorted and has no doubles"
					.formatted(listed.get(i), listed.get(i - 1)));
			}
		}
		return new Expectations(new TreeSet<>(listed));
	}

	/**
	 * Compares the list with what a run found.
	 * @param results the run's results
	 * @param selected which lines the run speaks about; a listed case outside the
	 * selection is not looked at
	 * @return what to change in the list, empty when it is true
	 */
	Optional<String> contradiction(Collection<CaseResult> results, Predicate<String> selected) {
		Set<String> passed = results.stream()
			.filter(CaseResult::passed)
			.map((result) -> result.testCase().line())
			.collect(Collectors.toCollection(TreeSet::new));
		List<String> message = new ArrayList<>();
		section(message, "Listed, but did not pass (mend the server, or remove):",
				this.listed.stream().filter((line) -> selected.test(line) && !passed.contains(line)).toList());
		section(message, "Passed, but not listed (add):",
				passed.stream().filter((line) -> !this.listed.contains(line)).toList());
		return message.isEmpty() ? Optional.empty() : Optional.of(String.join("\n", message));
	}

	private static void section(List<String> message, String title, List<String> lines) {
		if (!lines.isEmpty()) {
			message.add(title);
			message.addAll(lines);
		}
	}

}
