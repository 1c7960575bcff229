package org.openjobspec.boot.worker;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.openjobspec.boot.job.CronOverlap;

import org.springframework.core.annotation.AliasFor;

/**
 * Enqueues jobs for an {@link OjsHandler} method again and again: however many nodes the
 * application has, each time one job. May stand on an annotation of your own, also
 * together with {@link OjsHandler}.
 * <p>
 * The periodic job is registered when the application starts, or as soon as the database
 * answers. What it says then replaces what was registered under its name before; only
 * whether it is enabled stays as it is. It goes on when the annotation is gone, until it
 * is disabled or deleted; the start of the application then logs a warning.
 * <p>
 * Texts may contain <code>${…}</code> placeholders.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
public @interface OjsCron {

	/**
	 * The expression that declares nothing, for a placeholder to resolve to. What has
	 * been registered before goes on.
	 */
	String NONE = "-";

	/**
	 * When the job is due, as {@link #expression()}.
	 * @return for example {@code 0 9 * * MON-FRI}
	 */
	@AliasFor("expression")
	String value() default "";

	/**
	 * When the job is due: five fields, or six with seconds in front, or {@code @daily}
	 * and the like, or {@code @every 90s}. Required here or as {@link #value()}.
	 * @return for example {@code 0 9 * * MON-FRI}; {@value #NONE} declares nothing
	 */
	@AliasFor("value")
	String expression() default "";

	/**
	 * The name, unique in the database.
	 * @return lower-case letters, digits, hyphens and dots; empty for the type of the
	 * handler's jobs, with hyphens for its underscores
	 */
	String name() default "";

	/**
	 * The time zone in which the expression is meant.
	 * @return {@code UTC} or a name such as {@code Europe/Berlin}
	 */
	String timezone() default "UTC";

	/**
	 * What happens when the job is due and that of the last run has not ended.
	 * @return the policy
	 */
	CronOverlap overlap() default CronOverlap.SKIP;

	/**
	 * What it is for, for people.
	 * @return a sentence; empty for none
	 */
	String description() default "";

	/**
	 * The arguments of each job.
	 * @return a JSON array
	 */
	String args() default "[]";

}
