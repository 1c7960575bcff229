package org.openjobspec.boot.web;

import java.io.IOException;
import java.util.Map;
import java.util.UUID;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.BackendUnavailableException;
import org.openjobspec.boot.job.InvalidRequestException;

import org.springframework.web.HttpRequestHandler;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * Serves one request from its route to the last byte of the answer. Nothing leaves it as
 * an exception, so that no exception handler of the application ever sees our requests.
 */
final class OjsRequestHandler implements HttpRequestHandler {

	private static final String UNSENT = OjsRequestHandler.class.getName() + ".unsent";

	private final Routes.Match match;

	private final BodyReader bodies;

	private final Accommodations accommodations;

	private final KeyRing keys;

	private final @Nullable String obstacle;

	OjsRequestHandler(Routes.Match match, BodyReader bodies, Accommodations accommodations, KeyRing keys,
			@Nullable String obstacle) {
		this.keys = keys;
		this.obstacle = obstacle;
		this.match = match;
		this.bodies = bodies;
		this.accommodations = accommodations;
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		String given = request.getHeader("X-Request-Id");
		String requestId = Accommodations.isEchoable(given) ? String.valueOf(given) : UUID.randomUUID().toString();
		Answer answer;
		try {
			answer = answer(request);
		}
		catch (RuntimeException ex) {
			answer = Failures.answer(ex, request, requestId);
			if (answer.status() >= 500) {
				ServerHttpObservationFilter.findObservationContext(request)
					.ifPresent((context) -> context.setError(ex));
			}
			answer = allow(answer);
		}
		write(request, response, answer, requestId);
	}

	private Answer answer(HttpServletRequest request) {
		Route route = this.match.route();
		Grant grant = this.keys.admit(request, route);
		if (route != null) {
			ServerHttpObservationFilter.findObservationContext(request)
				.ifPresent((context) -> context.setPathPattern(route.path()));
			// Health and manifest speak for themselves.
			if (this.obstacle != null && route.role() != null) {
				throw new BackendUnavailableException("serve the request", new IllegalStateException(this.obstacle));
			}
			return route.endpoint().answer(new Call(request, this.match.variables(), this.bodies, grant));
		}
		if (this.match.methods().isEmpty()) {
			throw InvalidRequestException.protocol("not_found", 404, "There is no such endpoint",
					"Compare the path with the endpoints that /ojs/manifest lists.");
		}
		if (request.getMethod().equals("OPTIONS")) {
			return allow(Answer.ok((json) -> Values.texts(json, "methods", this.match.methods())));
		}
		throw InvalidRequestException.protocol("method_not_allowed", 405, "This path does not have that method",
				"Use one of " + String.join(", ", this.match.methods()) + '.');
	}

	private Answer allow(Answer answer) {
		return this.match.methods().isEmpty() ? answer : answer.with("Allow", String.join(", ", this.match.methods()));
	}

	private void write(HttpServletRequest request, HttpServletResponse response, Answer answer, String requestId)
			throws IOException {
		String contentType = answer.contentType();
		Reply reply = new Reply(answer, (contentType != null) ? contentType : this.accommodations.contentType(request),
				requestId);
		if (response.isCommitted()) {
			// Tomcat decides on an answer of its own when a body cannot be read to its
			// end, and ignores what is written.
			request.setAttribute(UNSENT, reply);
		}
		reply.write(response);
	}

	static boolean hasUnsent(HttpServletRequest request) {
		return request.getAttribute(UNSENT) instanceof Reply;
	}

	static void sendUnsent(HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (request.getAttribute(UNSENT) instanceof Reply reply) {
			reply.write(response);
			response.flushBuffer();
		}
	}

	/**
	 * An answer with all that its client is told beside it.
	 */
	private record Reply(Answer answer, String contentType, String requestId) {

		void write(HttpServletResponse response) throws IOException {
			response.setStatus(this.answer.status());
			// A filter that forces an encoding would add a charset to the content type.
			response.setCharacterEncoding((String) null);
			response.setContentType(this.contentType);
			response.setHeader("OJS-Version", "1.0");
			response.setHeader("X-Request-Id", this.requestId);
			for (Map.Entry<String, String> header : this.answer.headers().entrySet()) {
				response.setHeader(header.getKey(), header.getValue());
			}
			response.setContentLength(this.answer.length());
			this.answer.writeTo(response.getOutputStream());
		}

	}

	@Override
	public String toString() {
		return "OJS " + ((this.match.route() != null) ? this.match.route() : "(no route)");
	}

}
