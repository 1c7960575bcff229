package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DayOfWeek;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.engine.FailureReport;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.RetryPolicy;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.core.annotation.AnnotatedElementUtils;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of the binding of arguments to parameters.
 */
class HandlerArgumentsTests {

	private static @Nullable Object call(String method, String args) throws Exception {
		Method found = Arrays.stream(Handlers.class.getDeclaredMethods())
			.filter((candidate) -> candidate.getName().equals(method))
			.findFirst()
			.orElseThrow();
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		beans.registerSingleton("handlers", new Handlers());
		HandlerMethod handler = new HandlerFactory(beans, JsonMapper.shared(), Map.of()).create("handlers",
				Handlers.class, Handlers.class, found,
				Objects.requireNonNull(AnnotatedElementUtils.findMergedAnnotation(found, OjsHandler.class)));
		return handler.call(WorkerFixture.held(Jobs.active("type", args), handler));
	}

	@Nested
	class Binds {

		@Test
		void byPositionAndType() throws Exception {
			assertThat(call("simple", "[\"a\", 7, true, \"MONDAY\", \"2026-01-02T03:04:05Z\"]"))
				.isEqualTo(List.of("a", 7L, true, DayOfWeek.MONDAY, Instant.parse("2026-01-02T03:04:05Z")));
		}

		@Test
		void aRecordFromOneObject() throws Exception {
			assertThat(call("email", "[{\"to\":\"a@b.c\",\"lines\":[{\"text\":\"x\"}]}]"))
				.isEqualTo(new Email("a@b.c", List.of(new Line("x"))));
		}

		@Test
		void theFullGenericType() throws Exception {
			assertThat(call("generic", "[{\"k\":[{\"text\":\"x\"}]}]")).isEqualTo(Map.of("k", List.of(new Line("x"))));
		}

		@Test
		void everyDigitOfANumber() throws Exception {
			assertThat(call("numbers", "[12345678901234567890123, 0.10000000000000000000000001]")).isEqualTo(
					List.of(new BigInteger("12345678901234567890123"), new BigDecimal("0.10000000000000000000000001")));
		}

		@Test
		void aTree() throws Exception {
			assertThat(call("tree", "[{\"a\":null}]")).isEqualTo("{\"a\":null}");
		}

		@Test
		void nullToATree() throws Exception {
			assertThat(call("tree", "[null]")).isEqualTo("null");
		}

		@Test
		void contextAndJobAnywhere() throws Exception {
			assertThat(call("context", "[1,2]")).isEqualTo("1 type 2 1");
		}

		@Test
		void emptyForMissingOptionalArguments() throws Exception {
			assertThat(call("optional", "[1]")).isEqualTo("1 Optional.empty OptionalInt.empty null");
			assertThat(call("optional", "[1, \"a\", 2, \"b\"]")).isEqualTo("1 Optional[a] OptionalInt[2] b");
			assertThat(call("optional", "[1, null, null, null]")).isEqualTo("1 Optional.empty OptionalInt.empty null");
		}

		@Test
		void nothingToNothing() throws Exception {
			assertThat(call("none", "[]")).isEqualTo("called");
		}

	}

	@Nested
	class Refuses {

		@Test
		void aWrongType_namingParameterIndexTypeAndPath() {
			assertInvalid("simple", "[\"a\", \"seven\", true, \"MONDAY\", \"2026-01-02T03:04:05Z\"]",
					"Argument 1 does not fit parameter 'number' (long) at args[1]:");
		}

		@Test
		void aWrongTypeDeepInside_namingThePath() {
			assertInvalid("email", "[{\"to\":\"a\",\"lines\":[{\"text\":\"x\"},{\"text\":{}}]}]", "'email'",
					"at args[0].lines[1].text:");
		}

		@Test
		void whatARecordRefuses() {
			assertInvalid("email", "[{\"to\":\"\",\"lines\":[]}]", "'email'", "nobody to send to");
		}

		@Test
		void nullForAPrimitive() {
			assertInvalid("simple", "[\"a\", null, true, \"MONDAY\", \"2026-01-02T03:04:05Z\"]",
					"'number' (long) at args[1]: null is not allowed");
		}

		@Test
		void nullForAParameterThatIsNotNullable() {
			assertInvalid("email", "[null]", "'email'", "null is not allowed");
		}

		@Test
		void tooFewArguments() {
			assertInvalid("simple", "[\"a\"]", "Argument for parameter 'number' (long) is missing",
					"takes 5 (String text, long number, boolean flag, DayOfWeek day, Instant time) and the job has 1");
		}

		@Test
		void tooManyArguments() {
			assertInvalid("email", "[{\"to\":\"a\",\"lines\":[]}, [1], {}]", "Too many arguments",
					"takes 1 (Email email) and the job has 3");
		}

		@Test
		void whatIsNotAnArray() {
			assertInvalid("none", "{}", "not a JSON array");
		}

		@Test
		void forGoodAndWithACodeOfItsOwn() {
			FailureReport report = FailureReports.of(new InvalidArgumentsException("message"),
					new HandlerSpec("type", "default", false, 0, null, RetryPolicy.DEFAULT, List.of(), false));
			assertThat(report.error().code()).isEqualTo("invalid_args");
			assertThat(report.error().retryable()).isFalse();
		}

		@Test
		void withoutCallingTheHandler() {
			Handlers.called.set(false);
			assertInvalid("none", "[1]", "Too many arguments");
			assertThat(Handlers.called).isFalse();
		}

		private void assertInvalid(String method, String args, String... messages) {
			assertThatExceptionOfType(InvalidArgumentsException.class).isThrownBy(() -> call(method, args))
				.satisfies((ex) -> assertThat(ex.getMessage()).contains(messages));
		}

	}

	record Line(String text) {
	}

	record Email(String to, List<Line> lines) {

		Email {
			if (to.isEmpty()) {
				throw new IllegalArgumentException("nobody to send to");
			}
		}

	}

	static class Handlers {

		private static final AtomicBoolean called = new AtomicBoolean();

		@OjsHandler("type")
		Object simple(String text, long number, boolean flag, DayOfWeek day, Instant time) {
			return List.of(text, number, flag, day, time);
		}

		@OjsHandler("type")
		Object email(Email email) {
			return email;
		}

		@OjsHandler("type")
		Object generic(Map<String, List<Line>> lines) {
			return lines;
		}

		@OjsHandler("type")
		Object numbers(BigInteger big, BigDecimal exact) {
			return List.of(big, exact);
		}

		@OjsHandler("type")
		Object tree(JsonNode node) {
			return node.toString();
		}

		@OjsHandler("type")
		Object context(int one, Job job, int two, JobContext context) {
			return "%d %s %d %d".formatted(one, job.type(), two, context.attempt());
		}

		@OjsHandler("type")
		Object optional(int one, Optional<String> two, OptionalInt three, @Nullable String four) {
			return "%d %s %s %s".formatted(one, two, three, four);
		}

		@OjsHandler("type")
		Object none() {
			called.set(true);
			return "called";
		}

	}

}
