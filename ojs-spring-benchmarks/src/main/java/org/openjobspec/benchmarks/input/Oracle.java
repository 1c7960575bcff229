package org.openjobspec.benchmarks.input;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Tells whether an answer is in order.
 */
final class Oracle {

	private static final String MEDIA_TYPE = "application/openjobspec+json";

	/** What tells of the server's inside. */
	private static final Pattern INSIDE = Pattern
		.compile("Exception|\\tat |\\b(?:org|com|java|jakarta|tools)\\.[a-z]+\\.\\w");

	/** What we say of a request that Tomcat cannot read. */
	private static final String UNREADABLE = "The server cannot read the request";

	private static final Pattern CODE = Pattern.compile("[a-z_]+");

	private static final JsonMapper mapper = JsonMapper.shared();

	private Oracle() {
	}

	/**
	 * Judges an answer.
	 * @param request what was sent
	 * @param answer what came back, {@code null} if the connection was closed
	 * @return what is wrong, if anything is
	 */
	static Optional<String> objection(Request request, @Nullable Answer answer) {
		if (answer == null) {
			return (request.expectation() == Expectation.UNFINISHED) ? Optional.empty()
					: Optional.of("The connection was closed without an answer");
		}
		Expectation expectation = (!request.ours() && request.expectation() == Expectation.UNFINISHED)
				? Expectation.NOT_OURS : request.expectation();
		if (answer.isBodyAlone() && expectation != Expectation.BODY) {
			return bodyAlone(request, expectation, answer);
		}
		if (!isAllowed(expectation, answer.status())) {
			return Optional.of("Status %d, expected was %s".formatted(answer.status(), expectation.words()));
		}
		if (request.expectation() == Expectation.BODY) {
			return (answer.body().length > 0) ? Optional.empty() : Optional.of("There is no body");
		}
		if (answer.cut() && !request.last()) {
			return Optional.of("The answer ends before it is complete");
		}
		if (!request.ours()) {
			return Optional.empty();
		}
		return form(request, answer);
	}

	/**
	 * Tomcat's answer to a request line that it cannot read may lack its head. What is
	 * left must be our words all the same.
	 */
	private static Optional<String> bodyAlone(Request request, Expectation expectation, Answer answer) {
		if (expectation == Expectation.SUCCESS) {
			return Optional.of("The answer has no status line");
		}
		if (!request.ours()) {
			return Optional.empty();
		}
		return body(answer,
				(error) -> (error.path("message").asString("").equals(UNREADABLE)
						&& !error.path("request_id").asString("").isEmpty()) ? Optional.empty()
								: Optional.of("The answer has no status line, and is not about the request line"));
	}

	private static boolean isAllowed(Expectation expectation, int status) {
		boolean refusal = status >= 400 && status < 500;
		boolean success = status >= 200 && status < 300;
		return switch (expectation) {
			case SUCCESS -> success || status == 404 || status == 409;
			case REFUSAL, UNFINISHED -> refusal || (expectation == Expectation.UNFINISHED && success);
			case ANY -> success || refusal;
			case UNSUPPORTED -> success || refusal || status == 501 || status == 505;
			case BODY -> status == 0;
			case NOT_OURS -> true;
		};
	}

	private static Optional<String> form(Request request, Answer answer) {
		if (!answer.all("OJS-Version").equals(List.of("1.0"))) {
			return Optional.of("OJS-Version is " + answer.all("OJS-Version"));
		}
		if (answer.all("X-Request-Id").size() != 1 || answer.all("X-Request-Id").get(0).isEmpty()) {
			return Optional.of("X-Request-Id is " + answer.all("X-Request-Id"));
		}
		if (!answer.all("X-Evil").isEmpty()) {
			return Optional.of("A header of the request has become one of the answer");
		}
		String type = answer.header("Content-Type");
		if (!MEDIA_TYPE.equals(type) && !"application/json".equals(type)) {
			return Optional.of("Content-Type is " + type);
		}
		return (request.headOnly() || answer.cut()) ? Optional.empty()
				: body(answer, (error) -> error.path("request_id").asString("").equals(answer.header("X-Request-Id"))
						? Optional.empty() : Optional.of("The error names another request id than the header"));
	}

	private static Optional<String> body(Answer answer, Function<JsonNode, Optional<String>> more) {
		JsonNode body;
		try {
			// As text, since Jackson reads half of a surrogate pair, which JSON allows,
			// in the name of a member only there.
			body = mapper.readTree(answer.text());
		}
		catch (JacksonException ex) {
			return Optional.of("The body is not JSON: " + ex.getOriginalMessage());
		}
		if (!body.isObject()) {
			return Optional.of("The body is not a JSON object");
		}
		if (!answer.isBodyAlone() && answer.status() < 400) {
			return Optional.empty();
		}
		JsonNode error = body.path("error");
		if (!CODE.matcher(error.path("code").asString("")).matches() || error.path("message").asString("").isEmpty()
				|| !error.path("retryable").isBoolean() || !error.path("details").isObject()) {
			return Optional.of("The body is not an error of the specification");
		}
		if (INSIDE.matcher(answer.text()).find()) {
			return Optional.of("The error tells of the server's inside");
		}
		return more.apply(error);
	}

}
