package org.openjobspec.boot.conformance;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link JsonPath} and {@link DottedPath}.
 */
class JsonPathTests {

	private static final JsonNode BODY = Json.parse("""
			{
				"job": {"id": "a", "meta": {"ojs.codec.key_id": "k", "tags": ["x", "y"]}, "error": null},
				"jobs": [
					{"id": "a", "state": "active", "grid": [[1, 2], [3]]},
					{"id": "b", "state": "available", "errors": [{"code": "e"}]}
				],
				"weights": {"ojs.w": {"us-east-1": 60}}
			}
			""");

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			$.job.id                          | "a"
			job.id                            | "a"
			$.job.meta.tags[1]                | "y"
			$.jobs[0].grid[0][1]              | 2
			$.jobs[*].id                      | ["a","b"]
			$.jobs[*].errors[0].code          | ["e"]
			$.jobs[*].nothing                 | []
			$.jobs[?(@.id=='b')].state        | "available"
			$.jobs[?(@.id=="b")].state        | "available"
			$.jobs[?(@.id=='b')].errors[0].code | "e"
			$.job.error                       | null
			""")
	void leadsTo(String path, String value) {
		assertThat(JsonPath.lookup(path, BODY)).isEqualTo(new Lookup.Found(Json.parse(value)));
	}

	@ParameterizedTest
	@ValueSource(strings = { "$.nothing", "$.job.nothing", "$.job.nothing.below.it", "$.jobs[?(@.id=='c')]",
			"$.job.meta.ojs.codec.key_id" })
	void leadsToNothingWhereAFieldIsMissing(String path) {
		assertThat(JsonPath.lookup(path, BODY)).isInstanceOfSatisfying(Lookup.Found.class,
				(found) -> assertThat(Json.isNothing(found.value())).isTrue());
	}

	@ParameterizedTest
	@ValueSource(strings = { "$.jobs[2]", "$.jobs[-1].id", "$.nothing[0]", "$.job[0]",
			"$.job.meta[\"ojs.codec.key_id\"]", "$.job.id.below", "$.job.error.message", "$.jobs[?(@.id=='c')].state",
			"$.job[*].id", "$.job[?(@.id=='a')]", "$.jobs[?(@.id)]", "$.jobs[0" })
	void breaksWhereTheShapeIsAnother(String path) {
		assertThat(JsonPath.lookup(path, BODY)).isInstanceOf(Lookup.Broken.class);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
			job.id                        | "a"
			job.meta.ojs.codec.key_id     | "k"
			job.meta.tags[0]              | "x"
			jobs[1].errors[0].code        | "e"
			weights.ojs.w.us-east-1       | 60
			""")
	void aDottedPathReachesKeysWithDots(String path, String value) {
		assertThat(DottedPath.lookup(path, BODY)).isEqualTo(Json.parse(value));
	}

	@Test
	void aDottedPathLeadsToNothingWhereNothingIs() {
		assertThat(DottedPath.lookup("jobs[7].id", BODY).isMissingNode()).isTrue();
		assertThat(DottedPath.lookup("job.meta.ojs.codec", BODY).isMissingNode()).isTrue();
	}

}
