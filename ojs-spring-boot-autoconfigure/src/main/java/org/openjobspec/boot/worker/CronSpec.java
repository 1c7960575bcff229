package org.openjobspec.boot.worker;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.CronExpression;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.JobRequest;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.util.StringUtils;

/**
 * Reads {@link OjsCron} annotations.
 */
final class CronSpec {

	private CronSpec() {
	}

	/**
	 * Reads an annotation.
	 * @param annotation the annotation with its aliases merged
	 * @param type the type of the handler's jobs
	 * @param placeholders resolves placeholders
	 * @return what it declares; {@code null} for nothing
	 * @throws RuntimeException if a value breaks a rule; the message names the attribute
	 */
	static @Nullable CronRequest of(OjsCron annotation, String type, UnaryOperator<String> placeholders) {
		String expression = placeholders.apply(annotation.expression()).strip();
		if (expression.equals(OjsCron.NONE)) {
			return null;
		}
		String name = placeholders.apply(annotation.name());
		String description = placeholders.apply(annotation.description());
		return new CronRequest(name.isEmpty() ? type.replace('_', '-') : name, CronExpression.parse(expression),
				CronRequest.zone(placeholders.apply(annotation.timezone())), annotation.overlap(), null,
				StringUtils.hasText(description) ? description : null,
				JobRequest.of(type).args(args(placeholders.apply(annotation.args()))).build());
	}

	private static String args(String text) {
		try {
			if (JsonMapper.shared().readTree(text).isArray()) {
				return text.strip();
			}
		}
		catch (JacksonException ex) {
			throw new IllegalArgumentException(
					"args must be a JSON array, and is '%s': %s".formatted(text, ex.getOriginalMessage()), ex);
		}
		throw new IllegalArgumentException("args must be a JSON array, and is '%s'".formatted(text));
	}

}
