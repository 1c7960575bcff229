package org.openjobspec.boot.test;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.autoconfigure.OjsAutoConfiguration;
import org.openjobspec.boot.autoconfigure.OjsSchemaAutoConfiguration;
import org.openjobspec.boot.autoconfigure.OjsWorkerAutoConfiguration;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests of {@link OjsTestAutoConfiguration}, and that jobs are deleted only where tests
 * have begun.
 */
class ForeignDatabaseTests {

	private final TestDatabase.Database database = TestDatabase.fresh();

	private final ApplicationContextRunner application = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(DataSourceAutoConfiguration.class,
				DataSourceTransactionManagerAutoConfiguration.class, JacksonAutoConfiguration.class,
				OjsAutoConfiguration.class, OjsSchemaAutoConfiguration.class, OjsWorkerAutoConfiguration.class))
		.withPropertyValues(this.database.properties());

	private final ApplicationContextRunner test = this.application
		.withConfiguration(AutoConfigurations.of(OjsTestAutoConfiguration.class));

	private void useInProduction() {
		this.application.run((context) -> context.getBean(OjsTemplate.class).enqueue("email.send", "a", "t"));
	}

	@Test
	void jobsThatNoTestHasMadeAreNotDeleted() {
		useInProduction();
		this.test.run((context) -> {
			OjsJobs ojs = context.getBean(OjsJobs.class);
			assertThatIllegalStateException().isThrownBy(ojs::clearForNextTest)
				.withMessageContaining("ANY_DATABASE")
				.withMessageContaining(this.database.url().replaceFirst(".*/([^/?]+).*", "$1"));
			assertThatIllegalStateException().isThrownBy(ojs::clear);
			assertThat(ojs).hasEnqueuedExactly(1);
		});
	}

	@Test
	void whoSaysThatTheDatabaseIsForTestsIsBelieved() {
		useInProduction();
		this.test.withPropertyValues("ojs.test.clear=any-database").run((context) -> {
			OjsJobs ojs = context.getBean(OjsJobs.class);
			ojs.clearForNextTest();
			assertThat(ojs).hasNoJobs();
		});
	}

	@Test
	void whoWantsNothingDeletedKeepsIt() {
		useInProduction();
		this.test.withPropertyValues("ojs.test.clear=never").run((context) -> {
			OjsJobs ojs = context.getBean(OjsJobs.class);
			ojs.clearForNextTest();
			assertThat(ojs).hasEnqueuedExactly(1);
		});
	}

	@Test
	void aDatabaseThatTestsHaveBegunStaysTheirs() {
		this.test.run((context) -> context.getBean(OjsTemplate.class).enqueue("email.send", "a", "t"));
		this.test.run((context) -> {
			OjsJobs ojs = context.getBean(OjsJobs.class);
			assertThat(ojs).hasEnqueuedExactly(1);
			ojs.clearForNextTest();
			assertThat(ojs).hasNoJobs();
		});
	}

	@Test
	void theModesDecideWhatStarts() {
		this.test.run((context) -> assertThat(context.getBean(OjsWorker.class).isRunning()).isFalse());
		this.test.withPropertyValues("ojs.test.mode=background")
			.run((context) -> assertThat(context.getBean(OjsWorker.class).isRunning()).isTrue());
	}

	@Test
	void withoutAnEngineThereIsNothing() {
		this.test.withPropertyValues("ojs.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(OjsJobs.class));
	}

	@Test
	void withoutAWorkerNothingRuns() {
		this.test.withPropertyValues("ojs.worker.enabled=false")
			.run((context) -> assertThatIllegalStateException().isThrownBy(context.getBean(OjsJobs.class)::drain)
				.withMessageContaining("ojs.worker.enabled"));
	}

}
