package org.openjobspec.boot.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the metadata say of every property what it is, of which type and with which
 * default, and makes {@code docs/reference/configuration.md} of them: as it is there it
 * must be what the metadata say. With {@code -Dojs.reference=write} it is written.
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
	void theReferenceIsMadeOfTheMetadata() throws IOException {
		String made = reference();
		Path copy = Path.of("target", "configuration.md");
		Files.writeString("write".equals(System.getProperty("ojs.reference")) ? REFERENCE : copy, made);
		assertThat(Files.readString(REFERENCE)).as("not what the metadata say, which is in %s; write it with "
				+ "'mvn -pl ojs-spring-boot-autoconfigure test -Dtest=ConfigurationReferenceTests -Dojs.reference=write'",
				copy)
			.isEqualTo(made);
	}

	@Test
	void theReferenceHasEachPropertyOnce() throws IOException {
		assertThat(rows()).extracting((row) -> row.split("`")[1])
			.filteredOn((name) -> !name.contains(".TYPE."))
			.containsExactlyInAnyOrderElementsOf(
					metadata().stream().map((property) -> property.get("name").asString()).toList());
	}

	@Test
	void theReferenceHasEachSettingOfAHandlerOnce() throws IOException {
		assertThat(rows()).extracting((row) -> row.split("\\|")[1].strip())
			.filteredOn((cell) -> cell.contains(".TYPE."))
			.isNotEmpty()
			.containsExactlyInAnyOrderElementsOf(NamedProperties.settings(HandlerProperties.class)
				.stream()
				.map((setting) -> "`%s.TYPE.%s`".formatted(HandlerProperties.PREFIX, setting))
				.toList());
	}

	// The template has the order, what is said of several, and links.
	private static String reference() throws IOException {
		Map<String, JsonNode> properties = new HashMap<>();
		metadata().forEach((property) -> properties.put(property.get("name").asString(), property));
		Map<String, JsonNode> hints = new HashMap<>();
		read().get("hints").forEach((hint) -> hints.put(hint.get("name").asString(), hint.path("values")));
		try (InputStream stream = ConfigurationReferenceTests.class.getResourceAsStream("configuration-reference.md")) {
			String template = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
			return Pattern.compile("(?m)^@property (\\S+)(.*)$").matcher(template).replaceAll((line) -> {
				JsonNode property = properties.get(line.group(1));
				assertThat(property).as(line.group(1)).isNotNull();
				return Matcher.quoteReplacement("| `%s` | %s | %s%s%s |".formatted(line.group(1), defaultOf(property),
						code(property.get("description").asString()), values(hints.get(line.group(1))),
						line.group(2).stripTrailing()));
			});
		}
	}

	private static String values(@Nullable JsonNode hints) {
		StringBuilder values = new StringBuilder();
		if (hints != null) {
			hints.forEach((hint) -> {
				if (hint.has("description")) {
					values.append(" `%s`: %s".formatted(hint.get("value").asString(),
							code(hint.get("description").asString())));
				}
			});
		}
		return values.toString();
	}

	// Descriptions are plain text.
	private static String code(String description) {
		return description.replaceAll("\"([^\"]+)\"", "`$1`").replace("|", "\\|");
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
		return read().get("properties").valueStream().toList();
	}

	private static JsonNode read() throws IOException {
		try (InputStream stream = OjsProperties.class
			.getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			return JsonMapper.shared().readTree(stream);
		}
	}

}
