package org.openjobspec.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.autoconfigure.OverrideAutoConfiguration;
import org.springframework.boot.test.context.filter.annotation.TypeExcludeFilters;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.core.annotation.AliasFor;
import org.springframework.core.env.Environment;
import org.springframework.test.context.BootstrapWith;
import org.springframework.test.context.junit.jupiter.SpringExtension;
import org.springframework.transaction.annotation.Transactional;

/**
 * A test of handlers and of what enqueues jobs, without the rest of the application. Of
 * the application's components only those are there that have methods with
 * {@link org.openjobspec.boot.worker.OjsHandler @OjsHandler}, and its interceptors of
 * enqueueing and execution; what they need else is the test's to give, with
 * {@code @Import} or {@code @MockitoBean}. The database is the one that is configured,
 * with its migrations.
 *
 * <p>
 * Each test method is a transaction that is rolled back, with the jobs that it has
 * enqueued; {@link OjsJobs#drain()} runs them in it.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@BootstrapWith(OjsTestContextBootstrapper.class)
@ExtendWith(SpringExtension.class)
@OverrideAutoConfiguration(enabled = false)
@TypeExcludeFilters(OjsTypeExcludeFilter.class)
@Transactional
@AutoConfigureOjs
@AutoConfigureOjsTest
@ImportAutoConfiguration
public @interface OjsTest {

	/**
	 * The handlers under test, as {@link #handlers()}.
	 * @return the classes
	 */
	@AliasFor("handlers")
	Class<?>[] value() default {};

	/**
	 * The handlers under test; without any, all of the application's, with whatever these
	 * need.
	 * @return the classes
	 */
	@AliasFor("value")
	Class<?>[] handlers() default {};

	/**
	 * Properties in form {@literal key=value} for the {@link Environment}.
	 * @return the properties
	 */
	String[] properties() default {};

	/**
	 * When handlers run.
	 * @return the mode (default {@link JobMode#DRAIN})
	 */
	@AliasFor(annotation = AutoConfigureOjsTest.class, attribute = "mode")
	JobMode mode() default JobMode.DRAIN;

	/**
	 * Whether components are looked for as described above.
	 * @return whether to use the default filter (default {@code true})
	 */
	boolean useDefaultFilters() default true;

	/**
	 * What else is there of the application's components.
	 * @return the filters
	 */
	ComponentScan.Filter[] includeFilters() default {};

	/**
	 * What is not there although the default filter would let it in.
	 * @return the filters
	 */
	ComponentScan.Filter[] excludeFilters() default {};

	/**
	 * Auto-configurations that are not wanted.
	 * @return the classes
	 */
	@AliasFor(annotation = ImportAutoConfiguration.class, attribute = "exclude")
	Class<?>[] excludeAutoConfiguration() default {};

}
