package org.openjobspec.boot.observe;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.NotFoundException;

import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;

/**
 * Answers over HTTP with the status that fits, where the endpoint changes something.
 */
@EndpointWebExtension(endpoint = OjsEndpoint.class)
public final class OjsEndpointWebExtension {

	private final OjsEndpoint endpoint;

	/**
	 * Creates an extension.
	 * @param endpoint does what is asked for
	 */
	public OjsEndpointWebExtension(OjsEndpoint endpoint) {
		this.endpoint = endpoint;
	}

	/**
	 * Does what {@link OjsEndpoint#change} does.
	 * @param section {@code queues} or {@code dead-letter}
	 * @param name the queue's name, or the job's id
	 * @param action {@code pause}, {@code resume} or {@code retry}
	 * @return the queue or the job as it is now; 404 if there is no such job or action,
	 * 400 if no queue can have that name
	 */
	@WriteOperation
	public WebEndpointResponse<?> change(@Selector String section, @Selector String name, @Selector String action) {
		try {
			@Nullable Object changed = this.endpoint.change(section, name, action);
			return (changed != null) ? new WebEndpointResponse<>(changed)
					: refusal("There is no action '%s' for '%s'".formatted(action, section),
							WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (NotFoundException ex) {
			return refusal(ex.getMessage(), WebEndpointResponse.STATUS_NOT_FOUND);
		}
		catch (InvalidRequestException ex) {
			return refusal(ex.getMessage(), WebEndpointResponse.STATUS_BAD_REQUEST);
		}
	}

	private static WebEndpointResponse<Map<String, String>> refusal(@Nullable String reason, int status) {
		return new WebEndpointResponse<>(Map.of("reason", String.valueOf(reason)), status);
	}

}
