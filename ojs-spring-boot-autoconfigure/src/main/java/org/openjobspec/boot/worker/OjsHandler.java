package org.openjobspec.boot.worker;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.core.annotation.AliasFor;

/**
 * Makes a method of a bean the handler of one type of job. May stand on an annotation of
 * your own.
 * <p>
 * The method's parameters are bound from the job's {@code args}: the first parameter
 * takes the first argument and so on, each converted to the parameter's full generic type
 * by the application's {@code JsonMapper}. A parameter that is an {@code Optional} or
 * {@code @Nullable} may lack its argument at the end. A {@link JobContext} and a
 * {@link org.openjobspec.boot.job.Job} may stand anywhere. What the method returns
 * becomes the job's result; the outcome of a {@code CompletionStage} or {@code Future} is
 * waited for. In Kotlin the method may be a suspending function.
 * <p>
 * Arguments that do not bind, or that break a constraint of a {@code @Validated} bean,
 * fail that job alone, for good and without running the method. An exception fails the
 * attempt, and the job's retry policy decides what comes next; {@link DiscardException},
 * {@link DeadLetterException}, {@link RetryAfterException} and {@link #nonRetryable()}
 * steer it.
 * <p>
 * A job may run more than once when a machine or the database fails at the wrong moment,
 * so a handler must tolerate that, or be {@link #transactional()}.
 * <p>
 * With {@link OjsCron} beside it, jobs are enqueued for it again and again; with
 * {@link OjsEnqueue}, when an event is published.
 * <p>
 * Texts may contain <code>${…}</code> placeholders.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
public @interface OjsHandler {

	/**
	 * The type of the jobs, as {@link #type()}.
	 * @return for example {@code email.send}
	 */
	@AliasFor("type")
	String value() default "";

	/**
	 * The type of the jobs. Required here or as {@link #value()}. A type has one handler.
	 * @return for example {@code email.send}
	 */
	@AliasFor("value")
	String type() default "";

	/**
	 * The queue of jobs whose producer names none; the worker looks into it without
	 * further configuration.
	 * @return the queue's name; empty for {@code default}
	 */
	String queue() default "";

	/**
	 * How many jobs of this type may run at once on this node, apart from the worker's
	 * own limit: they neither use its slots nor wait for them.
	 * @return the limit; 0 to share the worker's slots
	 */
	int concurrency() default 0;

	/**
	 * How long one attempt may run when the job says nothing. At its end the thread is
	 * interrupted and the attempt has failed with the code {@code timeout}.
	 * @return for example {@code 30s} or {@code PT30S}; empty for the default (30
	 * minutes)
	 */
	String timeout() default "";

	/**
	 * The retry policy that a job's own fields override.
	 * @return the policy
	 */
	OjsRetry retry() default @OjsRetry;

	/**
	 * Exceptions, subclasses included, after which another attempt makes no sense.
	 * @return the classes
	 */
	Class<? extends Throwable>[] nonRetryable() default {};

	/**
	 * Whether the method, the interceptors and the completion of the job run in one
	 * database transaction: either all of it is committed or nothing. Without a valid
	 * lease at the end everything is rolled back.
	 * @return whether to open a transaction for each attempt
	 */
	boolean transactional() default false;

}
