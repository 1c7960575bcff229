package org.openjobspec.boot.web;

import java.util.Map;
import java.util.function.Consumer;

import jakarta.servlet.http.HttpServletRequest;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.job.BackendUnavailableException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.OjsException;
import org.openjobspec.boot.job.QueueFullException;
import tools.jackson.core.JsonGenerator;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.InvalidDataAccessApiUsageException;
import org.springframework.dao.InvalidDataAccessResourceUsageException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionUsageException;

/**
 * Turns whatever went wrong into an answer, and logs it once, without the payload.
 */
final class Failures {

	private static final Log logger = LogFactory.getLog(Failures.class);

	private static final String DOCS = "https://openjobspec.org/docs/errors#";

	private static final int MAX_LOGGED_PATH = 200;

	private Failures() {
	}

	/**
	 * Whether the database is away, as opposed to us using it wrongly.
	 */
	static boolean isOutage(Throwable failure) {
		if (failure instanceof DataAccessException) {
			return !(failure instanceof DataIntegrityViolationException
					|| failure instanceof InvalidDataAccessApiUsageException
					|| failure instanceof InvalidDataAccessResourceUsageException);
		}
		return failure instanceof BackendUnavailableException
				|| (failure instanceof TransactionException && !(failure instanceof TransactionUsageException));
	}

	static Answer answer(RuntimeException failure, HttpServletRequest request, String requestId) {
		if (isOutage(failure)) {
			logger.warn("%s failed: the database is not available (%s)".formatted(subject(request, requestId),
					Redaction.text(failure)));
			return answer(new BackendUnavailableException("serve the request", failure), requestId);
		}
		if (failure instanceof OjsException refusal) {
			log(refusal, request, requestId);
			return answer(refusal, requestId);
		}
		logger.error(subject(request, requestId) + " failed", Redaction.trace(failure));
		logger.debug("The failure", failure);
		return Answer.of(500, error("internal_error", "The server met an unexpected error", false,
				"Report the request id to the operator of this server.", Map.of(), requestId));
	}

	private static void log(OjsException refusal, HttpServletRequest request, String requestId) {
		// A message may quote the payload; code and field tell enough. That a job is
		// gone, or that another worker has it, is everyday business.
		boolean notable = refusal instanceof InvalidRequestException;
		if (notable ? logger.isInfoEnabled() : logger.isDebugEnabled()) {
			Object field = refusal.details().get("field");
			String line = "%s refused: %d %s%s".formatted(subject(request, requestId), refusal.status(), refusal.code(),
					(field != null && field.toString().matches("[\\w.\\[\\]-]{1,100}")) ? " (" + field + ')' : "");
			if (notable) {
				logger.info(line);
			}
			else {
				logger.debug(line);
			}
		}
	}

	private static String subject(HttpServletRequest request, String requestId) {
		// What the server refuses may have neither a method nor a path that it could
		// read.
		String path = String.valueOf(request.getRequestURI());
		path = (path.length() <= MAX_LOGGED_PATH) ? path : path.substring(0, MAX_LOGGED_PATH) + "…";
		return "%s %s [%s]".formatted(request.getMethod(), path.replaceAll("\\p{Cntrl}", "?"), requestId);
	}

	private static Answer answer(OjsException refusal, String requestId) {
		Answer answer = Answer.of(refusal.status(), error(refusal.code(), String.valueOf(refusal.getMessage()),
				refusal.retryable(), refusal.hint(), refusal.details(), requestId));
		if (refusal instanceof QueueFullException) {
			answer = answer.with("X-OJS-Queue-Depth", String.valueOf(refusal.details().get("depth")))
				.with("X-OJS-Queue-Bound", String.valueOf(refusal.details().get("bound")));
		}
		if (refusal.status() == 401) {
			answer = answer.with("WWW-Authenticate", "Bearer realm=\"ojs\"");
		}
		Object maxBatchSize = refusal.details().get("max_batch_size");
		if (maxBatchSize != null) {
			answer = answer.with("X-OJS-Max-Batch-Size", maxBatchSize.toString());
		}
		return (refusal.status() == 503 || refusal.status() == 429) ? answer.with("Retry-After", "1") : answer;
	}

	private static Consumer<JsonGenerator> error(String code, String message, boolean retryable, String hint,
			Map<String, Object> details, String requestId) {
		return (json) -> {
			json.writeName("error");
			json.writeStartObject();
			members(json, code, message, retryable, hint, details);
			json.writeStringProperty("request_id", requestId);
			json.writeEndObject();
		};
	}

	/**
	 * Why one of several jobs was refused.
	 */
	static void nested(JsonGenerator json, OjsException refusal) {
		json.writeName("error");
		json.writeStartObject();
		members(json, refusal.code(), refusal.getMessage(), refusal.retryable(), refusal.hint(), refusal.details());
		json.writeEndObject();
	}

	private static void members(JsonGenerator json, String code, String message, boolean retryable, String hint,
			Map<String, Object> details) {
		json.writeStringProperty("code", code);
		json.writeStringProperty("type", code);
		Values.text(json, "message", message);
		json.writeBooleanProperty("retryable", retryable);
		Values.text(json, "hint", hint);
		json.writeStringProperty("docs_url", DOCS + code);
		json.writeStringProperty("doc_url", DOCS + code);
		// The extension for many jobs has it here.
		if (details.get("max_batch_size") instanceof Integer max) {
			json.writeNumberProperty("max_batch_size", max);
		}
		json.writeName("details");
		Values.value(json, details);
	}

}
