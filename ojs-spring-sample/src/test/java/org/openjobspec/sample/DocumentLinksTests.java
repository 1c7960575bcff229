package org.openjobspec.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that every link from one document of the project to another leads somewhere, and
 * that every guide can be found from the index.
 */
class DocumentLinksTests {

	private static final Path PROJECT = Path.of("..");

	private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");

	private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+?) *#*$");

	private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$|`[^`\\n]*`");

	static List<String> documents() throws IOException {
		return Documents.all();
	}

	@ParameterizedTest
	@MethodSource("documents")
	void everyLinkLeadsSomewhere(String document) throws IOException {
		Path file = PROJECT.resolve(document);
		for (String target : links(document)) {
			String[] parts = target.split("#", 2);
			Path other = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
			assertThat(other).as("%s links to %s", document, target).exists();
			if (parts.length == 2) {
				assertThat(anchors(Files.readString(other))).as("%s links to %s", document, target).contains(parts[1]);
			}
		}
	}

	@Test
	void theIndexNamesEveryGuide() throws IOException {
		assertThat(links("docs/README.md"))
			.containsAll(Documents.guides().stream().map((guide) -> guide.substring("docs/".length())).toList());
	}

	@Test
	void aHeadingIsAnAnchorAsGitHubWritesIt() {
		assertThat(anchors("# Who decides: `a.b` (*really*)\n\n## Twice\n\n```\n# none\n```\n\n## Twice\n"))
			.containsExactlyInAnyOrder("who-decides-ab-really", "twice", "twice-1");
	}

	private static List<String> links(String document) throws IOException {
		String text = CODE.matcher(Files.readString(PROJECT.resolve(document))).replaceAll("");
		return LINK.matcher(text)
			.results()
			.map((link) -> link.group(1))
			.filter((target) -> !target.matches("(?i)(https?|mailto):.*"))
			.toList();
	}

	private static Set<String> anchors(String text) {
		String prose = Pattern.compile("(?ms)^```.*?^```$").matcher(text).replaceAll("");
		Map<String, Integer> seen = new HashMap<>();
		Set<String> anchors = new HashSet<>();
		for (MatchResult heading : HEADING.matcher(prose).results().toList()) {
			String slug = heading.group(1)
				.replaceAll("\\[([^\\]]*)]\\([^)]*\\)", "$1")
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-');
			int times = seen.merge(slug, 1, Integer::sum);
			anchors.add((times == 1) ? slug : slug + "-" + (times - 1));
		}
		return anchors;
	}

}
