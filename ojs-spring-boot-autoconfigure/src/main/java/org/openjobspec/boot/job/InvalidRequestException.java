package org.openjobspec.boot.job;

import java.util.Map;

/**
 * The request breaks a rule of the specification or of this server; sending it again
 * cannot help. Nothing was stored.
 */
public final class InvalidRequestException extends OjsException {

	private static final long serialVersionUID = 1L;

	/** What the caller can do. */
	private final String hint;

	private InvalidRequestException(String code, int status, String message, Map<String, Object> details, String hint) {
		super(code, status, false, message, details);
		this.hint = hint;
	}

	/**
	 * A field has a wrong value.
	 * @param field the field's path on the wire
	 * @param message what is wrong with it
	 * @return the exception, 400 {@code invalid_request}
	 */
	public static InvalidRequestException field(String field, String message) {
		return new InvalidRequestException("invalid_request", 400, message, Map.of("field", field),
				"Correct the field '%s' and send the request again.".formatted(field));
	}

	/**
	 * A retry policy breaks a rule.
	 * @param field the field's path on the wire
	 * @param message what is wrong with it
	 * @return the exception, 422 {@code validation_error}
	 */
	public static InvalidRequestException retryPolicy(String field, String message) {
		return new InvalidRequestException("validation_error", 422, message, Map.of("field", field),
				"Correct the field '%s' of the retry policy and send the request again.".formatted(field));
	}

	/**
	 * The body is not a JSON document that can be read.
	 * @param message what is wrong with it
	 * @return the exception, 400 {@code invalid_payload}
	 */
	public static InvalidRequestException payload(String message) {
		return new InvalidRequestException("invalid_payload", 400, message, Map.of(),
				"Send one JSON object, encoded in UTF-8.");
	}

	/**
	 * The body or a part of it is too large.
	 * @param what what is too large
	 * @param maxBytes how many bytes are allowed
	 * @return the exception, 413 {@code payload_too_large}
	 */
	public static InvalidRequestException tooLarge(String what, long maxBytes) {
		return new InvalidRequestException("payload_too_large", 413,
				"%s exceeds the limit of %d bytes".formatted(what, maxBytes),
				Map.of("field", what, "max_bytes", maxBytes),
				"Pass a reference to the data instead of the data itself.");
	}

	/**
	 * The request names more jobs than are taken at once.
	 * @param count how many it names
	 * @param max how many it may name
	 * @return the exception, 413 {@code batch_size_exceeded}
	 */
	public static InvalidRequestException batchSize(int count, int max) {
		return new InvalidRequestException("batch_size_exceeded", 413,
				"The request names %d jobs, and may name %d".formatted(count, max), Map.of("max_batch_size", max),
				"Send several requests with at most %d jobs each.".formatted(max));
	}

	/**
	 * The arguments do not fit the schema that their job names.
	 * @param message what does not fit, and where
	 * @param details the schema, the place, and all that was found
	 * @return the exception, 422 {@code schema_validation}
	 */
	public static InvalidRequestException schema(String message, Map<String, Object> details) {
		return new InvalidRequestException("schema_validation", 422, message, details,
				"Correct the arguments, or name the schema that they are meant for.");
	}

	/**
	 * The queue does not take jobs of that type.
	 * @param type the job's type
	 * @param queue the queue
	 * @return the exception, 422 {@code JOB_TYPE_NOT_ALLOWED}
	 */
	public static InvalidRequestException typeNotAllowed(String type, String queue) {
		return new InvalidRequestException("JOB_TYPE_NOT_ALLOWED", 422,
				"The queue '%s' does not take jobs of type '%s'".formatted(queue, type),
				Map.of("field", "type", "type", type, "queue", queue),
				"Enqueue the job into another queue, or add its type to the queue's allowed_job_types.");
	}

	/**
	 * The request cannot be served as it was sent, for another reason of protocol.
	 * @param code the error's code
	 * @param status the HTTP status, 4xx
	 * @param message what is wrong
	 * @param hint what to do
	 * @return the exception
	 */
	public static InvalidRequestException protocol(String code, int status, String message, String hint) {
		return new InvalidRequestException(code, status, message, Map.of(), hint);
	}

	@Override
	public String hint() {
		return this.hint;
	}

}
