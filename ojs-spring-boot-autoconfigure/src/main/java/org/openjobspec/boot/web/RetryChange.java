package org.openjobspec.boot.web;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.BackoffStrategy;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.RetryPolicy;

/**
 * What a client's {@code retry} object says, applied to the policy that would hold
 * without it. The JS SDK writes the names in camel case inside workflow steps, and the Go
 * and Java SDKs write milliseconds.
 */
record RetryChange(@Nullable Integer maxAttempts, @Nullable Duration initialInterval, @Nullable Duration maxInterval,
		@Nullable Double coefficient, @Nullable BackoffStrategy strategy, @Nullable Boolean jitter,
		@Nullable List<String> nonRetryableErrors,
		@Nullable OnExhaustion onExhaustion) implements UnaryOperator<RetryPolicy> {

	/** The names under which a policy is read. */
	static final Set<String> MEMBERS = Set.of("max_attempts", "maxAttempts", "initial_interval", "initialInterval",
			"initial_delay", "max_interval", "maxInterval", "max_delay", "backoff_coefficient", "backoffCoefficient",
			"backoff_strategy", "backoffStrategy", "strategy", "backoff", "jitter", "non_retryable_errors",
			"nonRetryableErrors", "on_exhaustion", "onExhaustion");

	static RetryChange read(JsonObject retry) {
		JsonValue jitter = retry.get("jitter");
		JsonValue errors = retry.get("non_retryable_errors", "nonRetryableErrors");
		return new RetryChange(retry.integer("max_attempts", "maxAttempts"),
				Times.duration(retry, "initial_interval", "initialInterval", "initial_delay"),
				Times.duration(retry, "max_interval", "maxInterval", "max_delay"),
				retry.decimal("backoff_coefficient", "backoffCoefficient"),
				strategy(retry.get("backoff_strategy", "backoffStrategy", "strategy", "backoff")),
				(jitter != null) ? Boolean.valueOf(jitter.asBoolean()) : null,
				(errors != null) ? errors.asStrings() : null, end(retry.get("on_exhaustion", "onExhaustion")));
	}

	private static @Nullable BackoffStrategy strategy(@Nullable JsonValue value) {
		if (value == null) {
			return null;
		}
		return switch (value.asString().toLowerCase(Locale.ROOT)) {
			case "none", "constant", "fixed" -> BackoffStrategy.NONE;
			case "linear" -> BackoffStrategy.LINEAR;
			case "exponential" -> BackoffStrategy.EXPONENTIAL;
			case "polynomial" -> BackoffStrategy.POLYNOMIAL;
			default -> throw unknown(value, "none, linear, exponential or polynomial");
		};
	}

	private static @Nullable OnExhaustion end(@Nullable JsonValue value) {
		if (value == null) {
			return null;
		}
		return switch (value.asString()) {
			case "discard" -> OnExhaustion.DISCARD;
			case "dead_letter", "dlq" -> OnExhaustion.DEAD_LETTER;
			default -> throw unknown(value, "discard or dead_letter");
		};
	}

	private static InvalidRequestException unknown(JsonValue value, String expected) {
		return InvalidRequestException.retryPolicy(value.path(), "%s must be %s".formatted(value.path(), expected));
	}

	@Override
	public RetryPolicy apply(RetryPolicy policy) {
		RetryPolicy changed = policy;
		if (this.maxAttempts != null) {
			changed = changed.withMaxAttempts(this.maxAttempts);
		}
		if (this.initialInterval != null || this.maxInterval != null) {
			changed = withIntervals(changed);
		}
		if (this.coefficient != null || this.strategy != null) {
			changed = changed.withBackoff((this.strategy != null) ? this.strategy : changed.backoffStrategy(),
					(this.coefficient != null) ? this.coefficient : changed.backoffCoefficient());
		}
		if (this.jitter != null) {
			changed = changed.withJitter(this.jitter);
		}
		if (this.nonRetryableErrors != null) {
			changed = changed.withNonRetryableErrors(this.nonRetryableErrors);
		}
		return (this.onExhaustion != null) ? changed.withOnExhaustion(this.onExhaustion) : changed;
	}

	/** An interval that the client leaves out gives way to the one that it names. */
	private RetryPolicy withIntervals(RetryPolicy policy) {
		Duration initial = policy.initialInterval();
		Duration max = policy.maxInterval();
		if (this.initialInterval != null) {
			initial = this.initialInterval;
			max = (max.compareTo(initial) < 0) ? initial : max;
		}
		if (this.maxInterval != null) {
			max = this.maxInterval;
			initial = (this.initialInterval == null && initial.compareTo(max) > 0) ? max : initial;
		}
		return policy.withIntervals(initial, max);
	}

}
