package org.openjobspec.boot.engine;

import java.util.List;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.job.UniquePolicy.Dimension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The uniqueness key (ojs-unique-jobs 4).
 */
class FingerprintTests {

	private final UniquePolicy byArgs = UniquePolicy.by(Dimension.ARGS);

	@Test
	void isTheHashOfTheCanonicalForm() {
		// sha256 of {"args":[{"user_id":42}],"queue":"notifications","type":"email.send"}
		assertThat(Fingerprint.of(UniquePolicy.by(Dimension.ARGS, Dimension.QUEUE), "email.send", "notifications",
				"[{\"user_id\":42}]", "{}"))
			.isEqualTo(sha("{\"args\":[{\"user_id\":42}],\"queue\":\"notifications\",\"type\":\"email.send\"}"));
	}

	@Test
	void ordersOfMembersSpellingsOfNumbersAndUnicodeFormsDoNotMatter() {
		assertThat(of("[{\"b\":[1.0,1e2],\"a\":\"\u00e9\"}]")).isEqualTo(of("[{\"a\":\"e\u0301\",\"b\":[1,100]}]"));
		assertThat(of("[-0]")).isEqualTo(of("[0]"));
	}

	@Test
	void longNumbersThatDifferInTheLastDigitDiffer() {
		assertThat(of("[9007199254740993]")).isNotEqualTo(of("[9007199254740992]"));
	}

	@Test
	void writesNumbersAsEcmaScriptDoes() {
		for (List<String> spelling : List.of(List.of("1e21", "1e+21"), List.of("1.5e-7", "1.5e-7"),
				List.of("0.000001", "0.000001"), List.of("123456789012345680000", "123456789012345680000"),
				List.of("-2.50", "-2.5"))) {
			assertThat(of("[" + spelling.get(0) + "]"))
				.isEqualTo(sha("{\"args\":[" + spelling.get(1) + "],\"type\":\"t\"}"));
		}
	}

	@Test
	void someMembersOfTheFirstArgumentCanBeCompared() {
		UniquePolicy policy = UniquePolicy.by().withArgsKeys("id");
		assertThat(Fingerprint.of(policy, "t", "q", "[{\"id\":1,\"x\":1}]", "{}"))
			.isEqualTo(Fingerprint.of(policy, "t", "q", "[{\"id\":1,\"x\":2}]", "{}"));
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> Fingerprint.of(policy, "t", "q", "[{\"x\":2}]", "{}"))
			.withMessageContaining("'id'");
	}

	static Stream<String> numbersBeyondComparison() {
		return Stream.of("1e2147483648", "-1e-2147483649", "1e99999999999999999999", "10000000000e2147483647",
				"0.0000000001e-2147483647", "9".repeat(1001), "0." + "9".repeat(1001));
	}

	@ParameterizedTest
	@MethodSource("numbersBeyondComparison")
	void aNumberBeyondComparisonIsRefused(String number) {
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> of("[{\"n\":[" + number + "]}]"))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("invalid_request"))
			.satisfies((ex) -> assertThat(ex.details()).containsEntry("field", "args"))
			.withMessageContaining("number");
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(
					() -> Fingerprint.of(UniquePolicy.by().withMetaKeys("n"), "t", "q", "[]", "{\"n\":" + number + "}"))
			.satisfies((ex) -> assertThat(ex.details()).containsEntry("field", "meta"));
	}

	@Test
	void halvesOfSurrogatePairsDiffer() {
		assertThat(of("[\"\\ud800\"]")).isNotEqualTo(of("[\"\\ud801\"]")).isNotEqualTo(of("[\"?\"]"));
	}

	private String of(String args) {
		return Fingerprint.of(this.byArgs, "t", "q", args, "{}");
	}

	private static String sha(String text) {
		try {
			byte[] hash = java.security.MessageDigest.getInstance("SHA-256")
				.digest(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
			return java.util.HexFormat.of().formatHex(hash);
		}
		catch (java.security.NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
