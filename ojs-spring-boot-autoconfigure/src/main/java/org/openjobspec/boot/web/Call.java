package org.openjobspec.boot.web;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.NotFoundException;

/**
 * A request on its way to an endpoint.
 */
final class Call {

	private static final Pattern UUID_TEXT = Pattern.compile("\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

	/** Longer than any name may be, and short enough to be shown. */
	private static final int MAX_NAME = 256;

	private final HttpServletRequest request;

	private final List<String> variables;

	private final BodyReader bodies;

	private final Grant grant;

	Call(HttpServletRequest request, List<String> variables, BodyReader bodies, Grant grant) {
		this.request = request;
		this.grant = grant;
		this.variables = variables;
		this.bodies = bodies;
	}

	HttpServletRequest request() {
		return this.request;
	}

	/**
	 * What the request may name.
	 */
	Grant grant() {
		return this.grant;
	}

	/**
	 * The tenant that the request names; {@code null} if it names none.
	 */
	@Nullable String tenant() {
		return Tenancy.named(this.request);
	}

	/**
	 * The body of a request that makes no sense without one.
	 */
	JsonObject body() {
		JsonObject body = this.bodies.read(this.request);
		if (body == null) {
			throw InvalidRequestException.payload("The request has no body");
		}
		return body;
	}

	JsonObject optionalBody() {
		JsonObject body = this.bodies.read(this.request);
		return (body != null) ? body : JsonObject.EMPTY;
	}

	/**
	 * The job that the path names.
	 */
	UUID jobId() {
		return jobId(this.variables.get(0));
	}

	/**
	 * What the path names by an id.
	 * @param kind what it is, for the message
	 */
	UUID id(String kind) {
		return id(kind, this.variables.get(0));
	}

	static UUID jobId(String text) {
		return id("job", text);
	}

	private static UUID id(String kind, String text) {
		if (!isUuid(text)) {
			throw new NotFoundException(kind, Text.brief(text));
		}
		return UUID.fromString(text);
	}

	static boolean isUuid(String text) {
		return UUID_TEXT.matcher(text).matches();
	}

	/**
	 * What the path names.
	 */
	String variable() {
		return this.variables.get(0);
	}

	/**
	 * The queue that the path names.
	 */
	String queue() {
		return JobRequest.checkQueue("queue", this.variables.get(0));
	}

	/**
	 * The name that the path has for something of which nothing else is known.
	 */
	String name() {
		String name = this.variables.get(0);
		return Text.storable((name.length() <= MAX_NAME) ? name : name.substring(0, MAX_NAME));
	}

	/**
	 * What else the path names.
	 * @param index which of its variables
	 */
	String variable(int index) {
		String value = this.variables.get(index);
		if (Text.hasControls(value) || !Text.isStorable(value)) {
			throw InvalidRequestException.field("path", "The path must not contain control characters");
		}
		return value;
	}

	@Nullable String query(String name) {
		String value = parameter(name);
		if (value == null || value.isEmpty()) {
			return null;
		}
		if (Text.hasControls(value) || !Text.isStorable(value)) {
			throw InvalidRequestException.field(name,
					"The parameter %s must not contain control characters".formatted(name));
		}
		return value;
	}

	private @Nullable String parameter(String name) {
		try {
			return this.request.getParameter(name);
		}
		catch (IllegalStateException ex) {
			// What the servlet specification lets a container say of a malformed query.
			throw InvalidRequestException.field(name, "The query cannot be decoded");
		}
	}

	/**
	 * A comma-separated parameter.
	 */
	Set<String> queryList(String name) {
		String value = query(name);
		return (value != null)
				? new LinkedHashSet<>(
						Arrays.stream(value.split(",")).map(String::strip).filter((item) -> !item.isEmpty()).toList())
				: Set.of();
	}

	int queryNumber(String name, int otherwise, int min, int max) {
		String value = query(name);
		if (value == null) {
			return otherwise;
		}
		if (!value.matches("\\d{1,9}") || Integer.parseInt(value) < min) {
			throw InvalidRequestException.field(name,
					"The parameter %s must be a whole number from %d to %d".formatted(name, min, max));
		}
		return Math.min(Integer.parseInt(value), max);
	}

}
