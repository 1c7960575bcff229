package org.openjobspec.boot.conformance;

import java.util.Optional;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Matchers}.
 */
class MatchersTests {

	private static Optional<String> mismatch(String matcher, String value) {
		return Matchers.mismatch(Json.parse(matcher), value.equals("missing") ? Json.missing() : Json.parse(value));
	}

	@Nested
	class AgreeWhen {

		@ParameterizedTest
		@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
				null                            | null
				null                            | missing
				"available"                     | "available"
				"exists"                        | false
				"exists"                        | ""
				"absent"                        | null
				"absent"                        | missing
				"any"                           | missing
				"string:nonempty"               | "x"
				"string:non_empty"              | "x"
				"string:uuid"                   | "018f4a3c-1b2d-4c5e-8f90-0123456789ab"
				"string:uuidv7"                 | "018f4a3c-1b2d-7c5e-8f90-0123456789ab"
				"string:datetime"               | "2026-01-02T03:04:05Z"
				"string:datetime"               | "2026-01-02T03:04:05.678+01:00"
				"string:contains:max_attempts"  | "retry.max_attempts is negative"
				"string:pattern(^a.c)"          | "abcd"
				"number:positive"               | 0.1
				"number:non_negative"           | 0
				"number:range(400,422)"         | 422
				"number:range(-1.5, 2)"         | -1.5
				"~1000"                         | 500
				"~1000"                         | 1500
				"array:nonempty"                | [1]
				"array:empty"                   | []
				"array:length:2"                | [1,2]
				"array:length(0)"               | []
				"array:min_length:1"            | [1,2]
				"array:min:2"                   | [1,2]
				"contains:b"                    | ["a","b"]
				"contains:2"                    | [1,2.0]
				"not_contains:c"                | ["a","b"]
				1                               | 1.0
				0.7                             | 0.7000000001
				9007199254740993                | 9007199254740993
				true                            | true
				["a",42,null]                   | ["a",42,null]
				{"a":1}                         | {"a":1,"b":2}
				{"a":"absent"}                  | {"b":2}
				{"$exists":true}                | 0
				{"$exists":false}               | missing
				{"$exists":true,"$type":"array"}  | []
				{"$exists":true,"$type":"number"} | 1
				{"$match":"b+"}                 | "abbc"
				{"$in":["x","y"]}               | "y"
				{"$in":["string:uuidv7",null]}  | missing
				{"$or":[1,2]}                   | 2
				{"$size":0}                     | []
				{"$size":{"$gte":2}}            | [1,2,3]
				{"range":{"min":1,"max":3}}     | 3
				{"range":{"min":1}}             | 100
				""")
		void matcherAndValue(String matcher, String value) {
			assertThat(mismatch(matcher, value)).isEmpty();
		}

	}

	@Nested
	class DifferWhen {

		@ParameterizedTest
		@CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
				null                            | 0
				"available"                     | "Available"
				"available"                     | missing
				"1"                             | 1
				"exists"                        | null
				"exists"                        | missing
				"absent"                        | ""
				"string:nonempty"               | ""
				"string:uuid"                   | "018F4A3C-1B2D-4C5E-8F90-0123456789AB"
				"string:uuidv7"                 | "018f4a3c-1b2d-4c5e-8f90-0123456789ab"
				"string:datetime"               | "2026-01-02T03:04Z"
				"string:datetime"               | "2026-01-02T03:04:05"
				"string:datetime"               | "2026-01-02T03:04:05Z\\n"
				"string:contains:x"             | "abc"
				"string:contains:x"             | ["x"]
				"number:positive"               | 0
				"number:positive"               | "1"
				"number:non_negative"           | -1
				"number:range(400,422)"         | 423
				"~1000"                         | 499
				"~1000"                         | 1501
				"~1000"                         | "1000"
				"array:nonempty"                | []
				"array:empty"                   | missing
				"array:length:2"                | [1]
				"array:min:2"                   | [1]
				"contains:b"                    | ["a"]
				"contains:b"                    | "b"
				"not_contains:a"                | ["a"]
				"not_contains:a"                | missing
				1                               | 2
				1                               | "1"
				9007199254740993                | 9007199254740992
				0.7                             | 0.71
				true                            | "true"
				true                            | missing
				["a"]                           | ["a","b"]
				["a","b"]                       | ["b","a"]
				{"a":1}                         | {"a":2}
				{"a":null}                      | {}
				{"a":"absent"}                  | {"a":null}
				{"a":1}                         | [1]
				{"$exists":true}                | null
				{"$exists":false}               | 1
				{"$exists":true,"$type":"array"} | {}
				{"$type":"string"}              | "x"
				{"$gte":1}                      | 2
				{"$match":"^b"}                 | "abc"
				{"$match":"b"}                  | 1
				{"$in":["x","y"]}               | "z"
				{"$or":[1,2]}                   | 3
				{"$size":1}                     | []
				{"$size":1}                     | missing
				{"$size":{"$gte":2}}            | [1]
				{"$size":{"$lte":2}}            | [1]
				{"range":{"min":1,"max":3}}     | 4
				{"range":{"min":1,"max":3}}     | "2"
				""")
		void matcherAndValue(String matcher, String value) {
			assertThat(mismatch(matcher, value)).isPresent();
		}

		@Test
		void theMessageNamesTheElementAndTheField() {
			assertThat(mismatch("[{\"a\":1}]", "[{\"a\":2}]")).contains("[0]: 'a': expected 1 but found 2");
		}

	}

	@Nested
	class ObjectTo {

		@ParameterizedTest
		@ValueSource(strings = { "\"any\"", "\"string:unknown\"", "\"array:max:3\"", "\"number:negative\"",
				"\"object:nonempty\"", "{\"$type\":\"string\"}", "{\"$gte\":1}", "{\"$empty\":true}",
				"{\"$exists\":true,\"$gte\":1}", "{\"$size\":{\"$lte\":1}}", "{\"$in\":[1],\"$match\":\"x\"}",
				"{\"range\":{\"from\":1}}", "{\"a\":{\"$type\":\"string\"}}", "[\"string:uuidv4\"]" })
		void whatIsUnknownOrAcceptsEverything(String matcher) {
			assertThat(Matchers.objection(Json.parse(matcher))).isPresent();
		}

		@ParameterizedTest
		@ValueSource(strings = { "null", "1", "\"plain text\"", "\"http://example.com\"", "\"user: name\"",
				"\"string:uuidv7\"", "\"~1000\"", "{\"$exists\":true,\"$type\":\"string\"}", "{\"$in\":[\"a\",\"b\"]}",
				"{\"$size\":{\"$gte\":1}}", "{\"range\":{\"min\":1}}", "{\"a\":{\"b\":[1,\"x\"]}}" })
		void nothingThatIsKnown(String matcher) {
			JsonNode node = Json.parse(matcher);
			assertThat(Matchers.objection(node)).isEmpty();
		}

	}

}
