package org.openjobspec.boot.worker;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.aot.hint.annotation.Reflective;
import org.springframework.core.annotation.AliasFor;

/**
 * Makes jobs of application events: publishing one with Spring's
 * {@code ApplicationEventPublisher} stores a job in the publisher's transaction, so that
 * it runs after the commit, on any node, with the retries of a job, and never after a
 * rollback. Without a transaction it is stored at once.
 * <p>
 * On an {@link OjsHandler} method it makes the handler a durable listener: its parameter
 * that takes an argument is the event, and every published event that fits the
 * parameter's type, as with Spring's {@code @EventListener}, becomes a job of the
 * handler's type. Several listeners of an event have a job each.
 * <p>
 * On the class of an event, or on a class or interface above it, it needs the
 * {@link #type()} of the job, whoever handles it. Of several such annotations the nearest
 * one counts.
 * <p>
 * The event is the job's only argument and is written by the application's
 * {@code JsonMapper}; an event that cannot be written, or a job that is refused, fails
 * the publication. A job that an {@code EnqueueInterceptor} drops does not.
 * <p>
 * Texts may contain <code>${…}</code> placeholders.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.METHOD, ElementType.TYPE })
@Reflective(EnqueuedEventReflection.class)
public @interface OjsEnqueue {

	/**
	 * The type of the jobs, as {@link #type()}.
	 * @return for example {@code order.placed}
	 */
	@AliasFor("type")
	String value() default "";

	/**
	 * The type of the jobs. Required on the class of an event; on a method it is that of
	 * the handler, and may not be named again.
	 * @return for example {@code order.placed}
	 */
	@AliasFor("value")
	String type() default "";

	/**
	 * The queue of the jobs.
	 * @return the queue's name; empty for that of the handler, else {@code default}
	 */
	String queue() default "";

	/**
	 * Which events become jobs: an expression of Spring's expression language that is
	 * evaluated on the event when it is published. The event is its root and
	 * {@code #event}; types, constructors and beans cannot be named.
	 * @return for example {@code total() > 100}; empty for all of them
	 */
	String condition() default "";

}
