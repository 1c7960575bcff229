package org.openjobspec.boot.conformance;

import java.net.http.HttpHeaders;
import java.util.Map;

import org.junit.jupiter.api.Test;

import tools.jackson.databind.node.JsonNodeFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Templates}.
 */
class TemplatesTests {

	private final Session session = session();

	private static Session session() {
		Session session = new Session();
		String body = "{\"job\":{\"id\":\"a$1\",\"n\":3.0,\"f\":0.5,\"ok\":true,\"o\":{\"k\":[1]},\"none\":null}}";
		session.remember(new Step(1, Json.parse("{\"id\":\"step-1\"}")),
				new Reply(200, HttpHeaders.of(Map.of(), (name, value) -> true), body, Json.parse(body), 1));
		session.capture("job_id", JsonNodeFactory.instance.stringNode("captured"));
		return session;
	}

	private String publicly(String text) {
		return Templates.resolve(Mode.PUBLIC, text, this.session);
	}

	private String strictly(String text) {
		return Templates.resolve(Mode.STRICT, text, this.session);
	}

	@Test
	void repliesAreInsertedAsText() {
		assertThat(publicly("/jobs/{{steps.step-1.response.body.job.id}}/x")).isEqualTo("/jobs/a$1/x");
		assertThat(publicly("{{steps.step-1.response.body.job.n}}")).isEqualTo("3");
		assertThat(publicly("{{steps.step-1.response.body.job.f}}")).isEqualTo("0.5");
		assertThat(publicly("{{steps.step-1.response.body.job.ok}}")).isEqualTo("true");
		assertThat(publicly("\"{{steps.step-1.response.body.job.o}}\"")).isEqualTo("\"{\"k\":[1]}\"");
	}

	@Test
	void referencesThatLeadNowhereStay() {
		for (String reference : new String[] { "{{steps.step-2.response.body.job.id}}",
				"{{steps.step-1.response.body.nothing}}", "{{steps.step-1.response.body.job.none}}" }) {
			assertThat(publicly(reference)).isEqualTo(reference);
			assertThat(Templates.unresolved(strictly(reference))).containsExactly(reference);
		}
	}

	@Test
	void capturedValuesAreForTheStrictReadingOnly() {
		String text = "${job_id} {{job_id}} $ref.job_id ${other}";
		assertThat(publicly(text)).isEqualTo(text);
		assertThat(strictly(text)).isEqualTo("captured captured captured ${other}");
		assertThat(Templates.unresolved(strictly(text))).containsExactly("${other}");
	}

	@Test
	void aLoneReferenceStandsForItsValue() {
		assertThat(Templates.value("{{steps.step-1.response.body.job.o}}", this.session))
			.contains(Json.parse("{\"k\":[1]}"));
		assertThat(Templates.value("{{steps.step-1.response.body}}", this.session))
			.isEqualTo(Templates.value("$.steps.step-1.response.body", this.session))
			.isPresent();
		assertThat(Templates.value("{{steps.step-9.response.body}}", this.session)).isEmpty();
		assertThat(Templates.value("step-1", this.session)).isEmpty();
	}

}
