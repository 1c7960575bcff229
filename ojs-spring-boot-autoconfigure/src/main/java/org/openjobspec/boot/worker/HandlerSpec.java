package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.TypeDefaults;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.RetryPolicy;

import org.springframework.format.datetime.standard.DurationFormatterUtils;
import org.springframework.util.StringUtils;

/**
 * What an {@link OjsHandler} annotation says, checked.
 *
 * @param type the type of the jobs
 * @param queue the queue of jobs that name none
 * @param namesQueue whether the annotation named that queue
 * @param concurrency the handler's own limit; 0 for none
 * @param timeout how long an attempt may run; {@code null} for the default
 * @param retry the retry policy
 * @param nonRetryable exceptions after which another attempt makes no sense
 * @param transactional whether handler and completion share a transaction
 */
record HandlerSpec(String type, String queue, boolean namesQueue, int concurrency, @Nullable Duration timeout,
		RetryPolicy retry, List<Class<? extends Throwable>> nonRetryable, boolean transactional) {

	/**
	 * Reads an annotation.
	 * @param annotation the annotation with its aliases merged
	 * @param placeholders resolves placeholders
	 * @return what it says
	 * @throws RuntimeException if a value breaks a rule; the message names the attribute
	 */
	static HandlerSpec of(OjsHandler annotation, UnaryOperator<String> placeholders) {
		String type = placeholders.apply(annotation.type());
		if (!StringUtils.hasText(type)) {
			throw new IllegalArgumentException("it names no type of job");
		}
		if (annotation.concurrency() < 0) {
			throw new IllegalArgumentException("concurrency must be 0 or more, and is " + annotation.concurrency());
		}
		String queue = placeholders.apply(annotation.queue());
		boolean namesQueue = !queue.isEmpty();
		String timeout = placeholders.apply(annotation.timeout());
		return new HandlerSpec(JobRequest.checkType(type),
				namesQueue ? JobRequest.checkQueue("queue", queue) : "default", namesQueue, annotation.concurrency(),
				timeout.isEmpty() ? null : positive("timeout", timeout), retry(annotation.retry(), placeholders),
				List.of(annotation.nonRetryable()), annotation.transactional());
	}

	private static RetryPolicy retry(OjsRetry retry, UnaryOperator<String> placeholders) {
		Duration initial = positive("retry.initialInterval", placeholders.apply(retry.initialInterval()));
		String max = placeholders.apply(retry.maxInterval());
		Duration defaultMax = RetryPolicy.DEFAULT.maxInterval();
		Duration capped = (initial.compareTo(defaultMax) > 0) ? initial : defaultMax;
		return new RetryPolicy(retry.maxAttempts(), initial, retry.coefficient(),
				max.isEmpty() ? capped : positive("retry.maxInterval", max), retry.jitter(), List.of(),
				retry.onExhaustion(), retry.backoff());
	}

	private static Duration positive(String attribute, String text) {
		Duration duration;
		try {
			duration = DurationFormatterUtils.detectAndParse(text);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"%s must be a duration such as '30s' or 'PT30S', and is '%s'".formatted(attribute, text), ex);
		}
		if (duration.compareTo(Duration.ZERO) <= 0) {
			throw new IllegalArgumentException("%s must be longer than zero, and is '%s'".formatted(attribute, text));
		}
		return duration;
	}

	/**
	 * This specification with what an operator sets.
	 * @param settings what overrides it; {@code null} for nothing
	 * @return both together
	 */
	HandlerSpec with(@Nullable HandlerSettings settings) {
		if (settings == null) {
			return this;
		}
		String otherQueue = settings.queue();
		Integer limit = settings.concurrency();
		Duration longest = settings.timeout();
		return new HandlerSpec(this.type, (otherQueue != null) ? otherQueue : this.queue,
				otherQueue != null || this.namesQueue, (limit != null) ? limit : this.concurrency,
				(longest != null) ? longest : this.timeout, settings.retry().apply(this.retry), this.nonRetryable,
				this.transactional);
	}

	TypeDefaults defaults() {
		return new TypeDefaults(this.queue, this.timeout, this.retry);
	}

}
