package org.openjobspec.sample;

import java.io.IOException;
import java.util.List;

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
 * Holds the curl sessions of the guides with the running sample, one after the other.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class GuideSessionTests {

	@LocalServerPort
	private int port;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		TestDatabase.fresh().springProperties().forEach((name, value) -> registry.add(name, () -> value));
	}

	static List<String> guides() throws IOException {
		return Documents.guides();
	}

	@ParameterizedTest
	@MethodSource("guides")
	void theSessionPrintsWhatTheGuideShows(String guide) throws Exception {
		new ConsoleSession(this.port).hold(guide);
	}

	@Test
	void noGuideShowsACommandThatIsNotTyped() throws IOException {
		for (String guide : guides()) {
			assertThat(Documents.blocks(guide, "")).as(guide).noneMatch((block) -> block.contains("curl "));
		}
	}

}
