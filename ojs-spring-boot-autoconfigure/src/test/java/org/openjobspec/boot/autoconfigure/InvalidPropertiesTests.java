package org.openjobspec.boot.autoconfigure;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every value that makes no sense stops the start, and is named.
 */
class InvalidPropertiesTests {

	private static final Database DATABASE = TestDatabase.fresh();

	private final WebApplicationContextRunner contextRunner = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class, OjsAutoConfiguration.class,
				OjsSchemaAutoConfiguration.class, OjsWorkerAutoConfiguration.class, OjsWebMvcAutoConfiguration.class))
		.withPropertyValues(DATABASE.properties());

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			ojs.engine.default-timeout              | 0s        | longer than zero
			ojs.engine.default-timeout              | 4000d     | at most 3650d
			ojs.engine.default-visibility-timeout   | -1s       | longer than zero
			ojs.engine.heartbeat-timeout            | 0s        | longer than zero
			ojs.engine.maintenance-interval         | 0s        | longer than zero
			ojs.http.base-paths                     | ''        | at least
			ojs.http.base-paths                     | jobs/     | /
			ojs.http.max-body-size                  | 0B        | between 1B and 2047MB
			ojs.http.max-body-size                  | 3GB       | between 1B and 2047MB
			ojs.retention.cancelled                 | 0s        | longer than zero
			ojs.retention.completed                 | 0s        | longer than zero
			ojs.retention.dead-letter               | 0s        | longer than zero
			ojs.retention.discarded                 | 0s        | longer than zero
			ojs.retention.events                    | 0s        | longer than zero
			ojs.webhooks.concurrency                | 0         | 1 or more
			ojs.webhooks.connect-timeout            | 0s        | longer than zero
			ojs.webhooks.retention                  | 0s        | longer than zero
			ojs.webhooks.timeout                    | 0s        | longer than zero
			ojs.worker.concurrency                  | 0         | 1 or more
			ojs.worker.heartbeat-interval           | 0s        | longer than zero
			ojs.worker.heartbeat-interval           | 16s       | half of 'ojs.engine.heartbeat-timeout'
			ojs.worker.poll-interval                | 0s        | longer than zero
			ojs.worker.poll-interval                | 4000d     | at most 3650d
			ojs.worker.prefetch                     | -1        | not be negative
			ojs.worker.queues                       | ''        | one queue
			ojs.worker.queues                       | Mail      | lower-case letters
			ojs.worker.quiet-signal                 | TERM      | stops the application
			ojs.worker.quiet-signal                 | FOO       | no signal that can be had
			ojs.worker.quiet-signal                 | SEGV      | no signal that can be had
			ojs.worker.shutdown-grace               | -1s       | not be negative
			ojs.worker.shutdown-grace               | 4000d     | at most 3650d
			ojs.handlers[email.send].concurrency    | -1        | not be negative
			ojs.handlers[email.send].queue          | Mail      | lower-case letters
			ojs.handlers[email.send].timeout        | 0s        | longer than zero
			ojs.handlers[email.send].retry.coefficient  | 0.5   | from 1.0
			ojs.handlers[email.send].retry.initial-interval | 0s | greater than zero
			ojs.handlers[email.send].retry.max-attempts | -1    | 0 or more
			ojs.handlers[email.send].retry.max-interval | 1ms   | not be less than
			ojs.queues.mail.allowed-types           | Email     | types such as email.send
			ojs.queues.mail.concurrency             | -1        | not be negative
			ojs.queues.mail.max-depth               | -1        | not be negative
			ojs.queues[mail.bulk].max-depth         | -1        | not be negative
			ojs.queues.mail.rate-limit              | -1        | not be negative
			ojs.queues.mail.retention.dead-letter   | 0s        | from one millisecond
			ojs.queues.mail.retry.max-attempts      | -1        | 0 or more
			ojs.queues.mail.throttle                | -1        | not be negative
			ojs.queues.mail.timeout                 | 0s        | from one millisecond
			ojs.queues.mail.visibility-timeout      | 0s        | from one millisecond
			ojs.queues.mail.warning-threshold       | 1.5       | from 0 to 1
			""")
	void aValueOutOfRange(String name, String value, String reason) {
		String property = (name.endsWith(".rate-limit") || name.endsWith(".throttle")) ? name + ".limit" : name;
		this.contextRunner.withBean(Mailer.class)
			.withPropertyValues(property + "=" + value)
			.run((context) -> assertThat(context).getFailure().satisfies((ex) -> {
				InvalidConfigurationPropertyValueException invalid = invalid(ex);
				assertThat(invalid.getName()).isEqualTo(name);
				assertThat(invalid.getReason()).contains(reason);
			}));
	}

	@Test
	void aNameThatNoQueueCanHave() {
		this.contextRunner.withPropertyValues("ojs.queues[Mail!].concurrency=1")
			.run((context) -> assertThat(context).getFailure().satisfies((ex) -> {
				InvalidConfigurationPropertyValueException invalid = invalid(ex);
				assertThat(invalid.getName()).isEqualTo("ojs.queues");
				assertThat(invalid.getReason()).contains("Mail!");
			}));
	}

	@Test
	void aPortThatThereIsNot() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(OjsDevDatabaseAutoConfiguration.class))
			.withPropertyValues("ojs.dev-database.port=70000")
			.run((context) -> assertThat(context).getFailure().satisfies((ex) -> {
				InvalidConfigurationPropertyValueException invalid = invalid(ex);
				assertThat(invalid.getName()).isEqualTo("ojs.dev-database.port");
				assertThat(invalid.getReason()).contains("from 0 to 65535");
			}));
	}

	@Test
	void aListenUrlThatIsNone_withoutShowingIt() {
		this.contextRunner.withPropertyValues("ojs.wakeup.url=postgresql://user:secret@localhost/jobs")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("'ojs.wakeup.url' must begin with 'jdbc:'")
				.satisfies((ex) -> assertThat(ex.toString()).doesNotContain("secret")));
	}

	@ParameterizedTest
	@CsvSource({ "ojs.schema.management,drop", "ojs.wakeup.mode,shout", "ojs.worker.startup,hope",
			"ojs.observation.relationship,sibling", "ojs.http.tenant-required,perhaps",
			"ojs.worker.poll-interval,often", "ojs.http.max-body-size,large", "ojs.queues.mail.retry.backoff,never",
			"ojs.handlers.email.send.retry.on-exhaustion,weep" })
	void aValueOfAnotherType(String name, String value) {
		this.contextRunner.withPropertyValues(name + "=" + value)
			.run((context) -> assertThat(context).getFailure().satisfies((ex) -> {
				Throwable cause = ex;
				while (!(cause instanceof BindException) && cause.getCause() != null) {
					cause = cause.getCause();
				}
				assertThat(cause.toString().replace("[email.send]", ".email.send")).contains(name);
			}));
	}

	private static InvalidConfigurationPropertyValueException invalid(Throwable failure) {
		Throwable cause = failure;
		while (!(cause instanceof InvalidConfigurationPropertyValueException) && cause.getCause() != null) {
			cause = cause.getCause();
		}
		assertThat(cause).isInstanceOf(InvalidConfigurationPropertyValueException.class);
		return (InvalidConfigurationPropertyValueException) cause;
	}

	static class Mailer {

		@OjsHandler("email.send")
		void send() {
		}

	}

}
