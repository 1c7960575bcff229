package org.openjobspec.boot.worker;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.openjobspec.boot.job.BackoffStrategy;
import org.openjobspec.boot.job.OnExhaustion;

/**
 * The retry policy of {@link OjsHandler#retry()}. What is left out is as Open Job Spec
 * has it by default.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({})
public @interface OjsRetry {

	/**
	 * How many attempts in all.
	 * @return the number; 1 for no retry
	 */
	int maxAttempts() default 3;

	/**
	 * The delay before the first retry.
	 * @return for example {@code 500ms} or {@code PT1M}
	 */
	String initialInterval() default "1s";

	/**
	 * The cap on every delay.
	 * @return for example {@code 10m}; empty for five minutes, or the initial interval if
	 * that is longer
	 */
	String maxInterval() default "";

	/**
	 * How the delay grows.
	 * @return the strategy
	 */
	BackoffStrategy backoff() default BackoffStrategy.EXPONENTIAL;

	/**
	 * What the strategy multiplies or raises by.
	 * @return at least 1
	 */
	double coefficient() default 2.0;

	/**
	 * Whether a delay is multiplied by a random factor from 0.5 to 1.5.
	 * @return whether to spread retries
	 */
	boolean jitter() default true;

	/**
	 * What becomes of a job that may not be tried again.
	 * @return the end
	 */
	OnExhaustion onExhaustion() default OnExhaustion.DISCARD;

}
