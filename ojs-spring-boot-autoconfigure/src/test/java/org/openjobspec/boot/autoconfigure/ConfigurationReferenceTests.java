package org.openjobspec.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that {@code docs/reference/configuration.md} has a row for every property, with
 * its default, and no row for what is not a property.
 */
class ConfigurationReferenceTests {

	private static final Path REFERENCE = Path.of("..", "docs", "reference", "configuration.md");

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
		List<String> names = metadata().stream().map((property) -> property.get("name").asString()).toList();
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
