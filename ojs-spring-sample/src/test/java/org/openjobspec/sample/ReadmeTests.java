package org.openjobspec.sample;

import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjobspec.boot.TestDatabase;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the documentation tells the truth: the README's curl session is held with
 * the running sample, and the Java and Kotlin of every document is found in the sources.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class ReadmeTests {

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		TestDatabase.fresh().springProperties().forEach((name, value) -> registry.add(name, () -> value));
	}

	static List<String> documents() throws IOException {
		return Stream.concat(Stream.of("README.md"), Documents.guides().stream()).toList();
	}

	@Test
	void theSessionPrintsWhatTheReadmeShows() throws Exception {
		assertThat(new ConsoleSession(this.port).hold("README.md")).isGreaterThan(8);
	}

	@ParameterizedTest
	@MethodSource("documents")
	void theCodeIsTakenFromTheSources(String document) throws IOException {
		String sources = Documents.sources();
		for (String language : List.of("java", "kotlin")) {
			for (String block : Documents.blocks(document, language)) {
				for (String part : block.split("(?m)^\\s*// …$")) {
					assertThat(sources.contains(Documents.normalized(part))).as("%s shows%n%s", document, part)
						.isTrue();
				}
			}
		}
	}

}
