package org.openjobspec.boot.web;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;

/**
 * Words the refusals of the server itself, for requests to our paths that never reach the
 * application: a path that cannot be decoded, a header that is not one.
 */
final class ContainerRefusals {

	private final List<String> paths;

	private final Accommodations accommodations;

	ContainerRefusals(List<String> basePaths, Accommodations accommodations) {
		this.paths = Stream.concat(basePaths.stream(), Stream.of(ServerEndpoints.MANIFEST)).toList();
		this.accommodations = accommodations;
	}

	/**
	 * Whether a refusal is ours to word.
	 * @param uri the path as it was sent, {@code null} if the server could not tell
	 * @param prefix what stands before our paths
	 * @param status what the server answers
	 * @return whether to call {@link #write}
	 */
	boolean covers(@Nullable String uri, String prefix, int status) {
		return isRefusal(status) && uri != null
				&& this.paths.stream()
					.map((path) -> prefix + path)
					.anyMatch((path) -> uri.equals(path) || uri.startsWith(path + '/'));
	}

	static boolean isRefusal(int status) {
		return (status >= 400 && status < 500) || status == 501 || status == 505;
	}

	void write(HttpServletRequest request, HttpServletResponse response) throws IOException {
		String requestId = UUID.randomUUID().toString();
		Answer answer = Failures.answer(refusal(response.getStatus()), request, requestId);
		response.setContentType(this.accommodations.contentType(request));
		response.setHeader("OJS-Version", "1.0");
		response.setHeader("X-Request-Id", requestId);
		response.setContentLength(answer.length());
		answer.writeTo(response.getOutputStream());
		response.flushBuffer();
	}

	private static InvalidRequestException refusal(int status) {
		String hint = "Check the path, the query and the headers for what HTTP does not allow.";
		return switch (status) {
			case 404 -> InvalidRequestException.protocol("not_found", status, "There is no such endpoint", hint);
			case 405 ->
				InvalidRequestException.protocol("method_not_allowed", status, "The server refuses that method", hint);
			case 413 -> InvalidRequestException.protocol("payload_too_large", status,
					"The request is larger than the server takes", hint);
			case 417, 501, 505 -> InvalidRequestException.protocol("unsupported", status,
					"The request asks for what the server does not support", hint);
			default ->
				InvalidRequestException.protocol("invalid_request", status, "The server cannot read the request", hint);
		};
	}

}
