package org.openjobspec.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the metadata say of every property what it is, of which type and with which
 * default, and that {@code docs/reference/configuration.md} has a row for each of them
 * and none for what is not a property.
 */
class ConfigurationReferenceTests {

	private static final Path REFERENCE = Path.of("..", "docs", "reference", "configuration.md");

	/** What is not set says something, too. */
	private static final Set<String> WITHOUT_DEFAULT = Set.of("ojs.dev-database.data-directory",
			"ojs.http.cors.allowed-origins", "ojs.wakeup.url", "ojs.worker.quiet-signal");

	@Test
	void everyPropertyIsDescribedInASentence() throws IOException {
		assertThat(metadata()).isNotEmpty()
			.allSatisfy((property) -> assertThat(property.path("description").asString(""))
				.as(property.get("name").asString())
				.matches("(?s)[A-Z][^{}@<>]+\\."));
	}

	@Test
	void everyPropertyHasATypeThatSaysItsUnit() throws IOException {
		assertThat(metadata()).isNotEmpty().allSatisfy((property) -> {
			String name = property.get("name").asString();
			String type = property.path("type").asString("");
			assertThat(type).as(name).isNotEmpty().isNotIn("java.lang.Long", "java.lang.Double", "java.lang.Float");
			if (name.matches(".*(timeout|interval|grace|retention.*)")) {
				assertThat(type).as(name).isEqualTo("java.time.Duration");
			}
			if (name.endsWith("-size")) {
				assertThat(type).as(name).isEqualTo("org.springframework.util.unit.DataSize");
			}
			if (type.equals("java.lang.Integer")) {
				assertThat(property.get("description").asString()).as(name).matches("(Number of|Port) .*");
			}
		});
	}

	@Test
	void everyPropertyHasADefault_saveThoseThatSayMoreWhenTheyAreNotSet() throws IOException {
		assertThat(metadata()).filteredOn((property) -> !property.path("type").asString().startsWith("java.util.Map"))
			.filteredOn((property) -> property.path("defaultValue").isMissingNode())
			.extracting((property) -> property.get("name").asString())
			.containsExactlyInAnyOrderElementsOf(WITHOUT_DEFAULT);
	}

	@Test
	void everySettingOfAHandlerIsDocumented() throws IOException {
		List<String> rows = rows();
		assertThat(NamedProperties.settings(HandlerProperties.class)).isNotEmpty()
			.allSatisfy((setting) -> assertThat(rows)
				.anyMatch((row) -> row.startsWith("| `%s.TYPE.%s` | ".formatted(HandlerProperties.PREFIX, setting))));
	}

	@Test
	void everyPropertyIsDocumentedWithItsDefault() throws IOException {
		List<String> rows = rows();
		assertThat(metadata()).isNotEmpty().allSatisfy((property) -> {
			String name = property.get("name").asString();
			assertThat(rows).as(name)
				.anyMatch((row) -> row.startsWith("| `%s` | %s | ".formatted(name, defaultOf(property))));
		});
	}

	@Test
	void nothingElseIsDocumented() throws IOException {
		List<String> names = Stream
			.concat(metadata().stream().map((property) -> property.get("name").asString()),
					NamedProperties.settings(HandlerProperties.class)
						.stream()
						.map((setting) -> HandlerProperties.PREFIX + ".TYPE." + setting))
			.toList();
		assertThat(rows()).isNotEmpty().allSatisfy((row) -> assertThat(names).contains(row.split("`")[1]));
	}

	private static String defaultOf(JsonNode property) {
		JsonNode value = property.path("defaultValue");
		if (value.isMissingNode()) {
			return "–";
		}
		// The processor writes a list of defaults as Java prints a list.
		return '`' + value.asString().replaceAll("^\\[|]$", "").replace(", ", ",") + '`';
	}

	private static List<String> rows() throws IOException {
		return Files.readAllLines(REFERENCE).stream().filter((line) -> line.startsWith("| `")).toList();
	}

	private static List<JsonNode> metadata() throws IOException {
		try (InputStream stream = OjsProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return JsonMapper.shared().readTree(stream).get("properties").valueStream().toList();
		}
	}

}
