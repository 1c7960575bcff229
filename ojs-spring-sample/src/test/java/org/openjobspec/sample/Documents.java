package org.openjobspec.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The project's documents, and the sources that they quote.
 */
final class Documents {

	/** The tests run in the module, whose parent is the project. */
	private static final Path PROJECT = Path.of("..");

	private Documents() {
	}

	static List<String> guides() throws IOException {
		try (Stream<Path> files = Files.list(PROJECT.resolve("docs/guide"))) {
			return files.map((file) -> "docs/guide/" + file.getFileName()).sorted().toList();
		}
	}

	static List<String> all() throws IOException {
		List<String> documents = new ArrayList<>(
				List.of("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "ojs-spring-sample/README.md"));
		try (Stream<Path> files = Files.walk(PROJECT.resolve("docs"))) {
			files.filter((file) -> file.toString().endsWith(".md"))
				.map((file) -> PROJECT.relativize(file).toString().replace('\\', '/'))
				.sorted()
				.forEach(documents::add);
		}
		return documents;
	}

	static List<String> blocks(String document, String language) throws IOException {
		// All languages are matched, as the end of one block could be taken for the
		// beginning of another.
		Matcher matcher = Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$")
			.matcher(Files.readString(PROJECT.resolve(document)));
		return matcher.results()
			.filter((result) -> result.group(1).equals(language))
			.map((result) -> result.group(2))
			.toList();
	}

	static String sources() throws IOException {
		List<String> sources = new ArrayList<>();
		for (String root : List.of("ojs-spring-sample/src", "ojs-spring-boot-autoconfigure/src/test",
				"ojs-spring-boot-test/src/test", "ojs-spring-kotlin-tests/src/test")) {
			try (Stream<Path> files = Files.walk(PROJECT.resolve(root))) {
				for (Path file : files.filter(Documents::isSource).toList()) {
					sources.add(normalized(Files.readString(file)));
				}
			}
		}
		return String.join("\n", sources);
	}

	private static boolean isSource(Path path) {
		return path.toString().endsWith(".java") || path.toString().endsWith(".kt");
	}

	static String normalized(String code) {
		return code.strip().replaceAll("\\s+", " ");
	}

}
