package org.openjobspec.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.test.context.PropertyMapping;

/**
 * Lets a test decide when jobs run: nothing works in the background, and the bean
 * {@link OjsJobs} runs what is due, looks at it and lets time pass. For
 * {@code @SpringBootTest} and slices; {@link OjsTest} has it.
 *
 * <p>
 * Before each test method all jobs are deleted, unless the database was in use before its
 * first test (see {@link #clear()}).
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Inherited
@ImportAutoConfiguration
@PropertyMapping(value = "ojs.test", skip = PropertyMapping.Skip.ON_DEFAULT_VALUE)
public @interface AutoConfigureOjsTest {

	/**
	 * When handlers run. The property is {@code ojs.test.mode}.
	 * @return the mode (default {@link JobMode#DRAIN})
	 */
	JobMode mode() default JobMode.DRAIN;

	/**
	 * Whether jobs are deleted before each test method. The property is
	 * {@code ojs.test.clear}.
	 * @return what to clear (default {@link Clear#TEST_DATABASE})
	 */
	Clear clear() default Clear.TEST_DATABASE;

	/** Which databases are cleared. */
	enum Clear {

		/**
		 * A database that had no jobs, and no worker that lives, when it was first used
		 * by a test with this annotation; it is marked then, by a comment on the table
		 * {@code ojs.job}. With any other database the test fails before its first
		 * method, and nothing is deleted.
		 */
		TEST_DATABASE,

		/** Any database. */
		ANY_DATABASE,

		/** None: what one test leaves behind, the next one finds. */
		NEVER

	}

}
