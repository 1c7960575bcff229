package org.openjobspec.boot.autoconfigure;

import javax.sql.DataSource;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.PretendingDataSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.store.SchemaMigration;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a user reads when the application does not start.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailureAnalysisTests {

	private final Database database = TestDatabase.fresh();

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	@Test
	void withoutADataSource(CapturedOutput output) {
		TestApplication.of().without(DataSourceAutoConfiguration.class, OjsDevDatabaseAutoConfiguration.class).fail();
		assertThat(output).contains("The Open Job Spec backend needs a DataSource, and there is none.")
			.contains("Name a PostgreSQL with 'spring.datasource.url'")
			.contains("'ojs.enabled=false'");
	}

	@Test
	void withSeveralDataSources(CapturedOutput output) {
		TestApplication.of()
			.bean("first", DataSource.class, this.database::dataSource)
			.bean("second", DataSource.class, this.database::dataSource)
			.fail();
		assertThat(output).contains("cannot choose between first, second").contains("@OjsDataSource");
	}

	@Test
	void withADatabaseThatDoesNotAnswer(CapturedOutput output) {
		TestApplication.of()
			.property("spring.datasource.url", "jdbc:postgresql://localhost:1/nothing")
			.property("spring.datasource.hikari.connection-timeout", 250)
			.fail();
		assertThat(output).contains("The database cannot be reached").contains("Start the database, or correct");
	}

	@Test
	void withAnotherDatabase(CapturedOutput output) {
		pretending("H2", 2).fail();
		assertThat(output).contains("The DataSource leads to H2 2.1.").contains("Use a PostgreSQL, 14 or later.");
	}

	@Test
	void withAnOldPostgres(CapturedOutput output) {
		pretending("PostgreSQL", 13).fail();
		assertThat(output).contains("PostgreSQL 14 is the oldest that works")
			.contains("Upgrade the server to PostgreSQL 14 or later.");
	}

	@Test
	void withoutTheSchemaThatIsToBeValidated(CapturedOutput output) {
		TestApplication.of().on(this.database).property("ojs.schema.management", "validate").fail();
		assertThat(output).contains("The database has no tables in the schema 'ojs'.")
			.contains("Set 'ojs.schema.management=migrate'")
			.contains("docs/schema.md");
	}

	@Test
	void withASchemaThatIsNewer(CapturedOutput output) {
		new SchemaMigration(this.database.dataSource()).migrate();
		this.jdbc.sql("UPDATE ojs.flyway_schema_history SET version = '99'").update();
		TestApplication.of().on(this.database).fail();
		assertThat(output).contains("The schema 'ojs' has version 99, this library knows versions up to 9.")
			.contains("Use the version of this library that migrated the database, or a later one");
	}

	@Test
	void withASchemaOfSomethingElse(CapturedOutput output) {
		this.jdbc.sql("CREATE SCHEMA ojs").update();
		this.jdbc.sql("CREATE TABLE ojs.theirs (id int)").update();
		TestApplication.of().on(this.database).fail();
		assertThat(output).contains("whose tables were not made by this library")
			.contains("ALTER SCHEMA ojs RENAME TO ojs_before;");
	}

	@Test
	void withoutTheRightToCreateTheSchema(CapturedOutput output) {
		String user = "limited_" + this.jdbc.sql("SELECT current_database()").query(String.class).single();
		this.jdbc.sql("CREATE ROLE " + user + " LOGIN PASSWORD 'limited'").update();
		TestApplication.of().on(new Database(this.database.url(), user, "limited")).fail();
		assertThat(output).contains("may not create the schema 'ojs'").contains("CREATE SCHEMA ojs AUTHORIZATION");
	}

	@Test
	void withAPropertyOutOfRange(CapturedOutput output) {
		TestApplication.of().on(this.database).property("ojs.engine.heartbeat-timeout", "0s").fail();
		assertThat(output).contains("ojs.engine.heartbeat-timeout").contains("must be longer than zero");
	}

	@Test
	void withAHeartbeatThatIsTooSlow(CapturedOutput output) {
		TestApplication.of().on(this.database).property("ojs.worker.heartbeat-interval", "20s").fail();
		assertThat(output).contains("ojs.worker.heartbeat-interval")
			.contains("must be at most half of 'ojs.engine.heartbeat-timeout', which is 30s");
	}

	@Test
	void withTwoHandlersForOneType(CapturedOutput output) {
		TestApplication.of()
			.on(this.database)
			.bean("one", Mailer.class, Mailer::new)
			.bean("two", Mailer.class, Mailer::new)
			.fail();
		assertThat(output).contains("Jobs of type 'email.send' have two handlers:")
			.contains("bean 'one'")
			.contains("bean 'two'")
			.contains("Remove one of the methods, or give it a type of its own.");
	}

	@Test
	void withAHandlerThatCannotBeUsed(CapturedOutput output) {
		TestApplication.of().on(this.database).bean("untyped", Untyped.class, Untyped::new).fail();
		assertThat(output).contains("The @OjsHandler method")
			.contains("Untyped.send()")
			.contains("of bean 'untyped' cannot handle jobs:");
	}

	private TestApplication pretending(String product, int version) {
		return TestApplication.of()
			.bean("dataSource", DataSource.class,
					() -> new PretendingDataSource(this.database.dataSource(), product, version));
	}

	static class Mailer {

		@OjsHandler("email.send")
		void send() {
		}

	}

	static class Untyped {

		@OjsHandler
		void send() {
		}

	}

}
