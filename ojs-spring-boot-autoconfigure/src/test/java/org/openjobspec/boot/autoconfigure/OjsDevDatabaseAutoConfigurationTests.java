package org.openjobspec.boot.autoconfigure;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import javax.sql.DataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjobspec.boot.TestDatabase;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link OjsDevDatabaseAutoConfiguration}.
 */
class OjsDevDatabaseAutoConfigurationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final ApplicationContextRunner contextRunner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(OjsDevDatabaseAutoConfiguration.class, DataSourceAutoConfiguration.class));

	private ApplicationContextRunner keptIn(Path directory) {
		return this.contextRunner.withPropertyValues("ojs.dev-database.data-directory=" + directory);
	}

	private static JdbcClient jdbc(BeanFactory context) {
		return JdbcClient.create(context.getBean(DataSource.class));
	}

	private static String setting(JdbcClient jdbc, String name) {
		return jdbc.sql("SHOW " + name).query(String.class).single();
	}

	@Nested
	class WithNothingConfigured {

		@Test
		void startsADurableServerWithTemporaryDataThatGoesAwayOnClose() {
			AtomicReference<Path> data = new AtomicReference<>();
			OjsDevDatabaseAutoConfigurationTests.this.contextRunner.run((context) -> {
				JdbcClient jdbc = jdbc(context);
				assertThat(setting(jdbc, "fsync")).isEqualTo("on");
				assertThat(setting(jdbc, "synchronous_commit")).isEqualTo("on");
				assertThat(setting(jdbc, "server_encoding")).isEqualTo("UTF8");
				assertThat(jdbc.sql("SELECT datcollate FROM pg_database WHERE datname = current_database()")
					.query(String.class)
					.single()).isEqualTo("C");
				data.set(Path.of(setting(jdbc, "data_directory")));
				assertThat(data.get()).startsWith(Path.of(System.getProperty("java.io.tmpdir"))).isDirectory();
			});
			assertThat(data.get().getParent()).doesNotExist();
		}

		@Test
		void runsBinariesFromAFolderThatOthersCannotEnter() throws Exception {
			Path home = DevDatabaseDirectory.binaries().getParent();
			assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home))).isEqualTo("rwx------");
		}

	}

	@Nested
	class WithADataDirectory {

		@TempDir
		Path directory;

		@Test
		void theDataSurvivesARestart() {
			Path data = this.directory.resolve("not/yet/there");
			keptIn(data).run((context) -> {
				jdbc(context).sql("CREATE TABLE kept (id int)").update();
				assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(data))).isEqualTo("rwx------");
			});
			assertThat(Postmaster.of(data.resolve("data"))).isEmpty();
			keptIn(data)
				.run((context) -> assertThat(jdbc(context).sql("SELECT count(*) FROM kept").query(Long.class).single())
					.isZero());
		}

		@Test
		void aSecondApplicationBorrowsTheServerAndLeavesItRunning() {
			keptIn(this.directory).run((owner) -> {
				String port = setting(jdbc(owner), "port");
				keptIn(this.directory).run((borrower) -> assertThat(setting(jdbc(borrower), "port")).isEqualTo(port));
				assertThat(setting(jdbc(owner), "port")).isEqualTo(port);
			});
			assertThat(Postmaster.of(this.directory.resolve("data"))).isEmpty();
		}

		@Test
		void aServerWhoseApplicationWasKilledIsTakenOverAndStoppedByTheNext() throws Exception {
			Process application = Application.launch(this.directory);
			Path data = this.directory.resolve("data");
			Path ready = this.directory.resolve("ready");
			Awaitility.await().atMost(PATIENCE).until(() -> Files.exists(ready) || !application.isAlive());
			application.destroyForcibly();
			assertThat(application.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
			Postmaster survivor = Postmaster.of(data).orElseThrow();
			assertThat(survivor.answers()).isTrue();
			keptIn(this.directory).run((context) -> {
				assertThat(setting(jdbc(context), "port")).isEqualTo(String.valueOf(survivor.port()));
				assertThat(jdbc(context).sql("SELECT id FROM written").query(Integer.class).list()).containsExactly(1);
			});
			assertThat(survivor.isAlive()).isFalse();
		}

		@Test
		void theDataOfAKilledServerIsServedAgainEvenIfItsProcessIdWasReused() throws Exception {
			Path data = this.directory.resolve("data");
			keptIn(this.directory).run((context) -> jdbc(context).sql("CREATE TABLE kept (id int)").update());
			// What a server leaves behind whose machine went down; the process is this
			// JVM.
			Files.writeString(data.resolve("postmaster.pid"),
					"%d%n%s%n%d%n%d%n%n%n%n".formatted(ProcessHandle.current().pid(), data, 1_700_000_000L, 1));
			keptIn(this.directory)
				.run((context) -> assertThat(jdbc(context).sql("SELECT count(*) FROM kept").query(Long.class).single())
					.isZero());
		}

		@Test
		void damagedDataIsReportedWithTheCureAndWithoutWaiting() throws Exception {
			keptIn(this.directory).run((context) -> assertThat(context).hasNotFailed());
			Files.writeString(this.directory.resolve("data/PG_VERSION"), "9.6\n");
			keptIn(this.directory).run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains(this.directory.toString(), "another PostgreSQL version");
				assertThat(analysis.getAction()).contains("Delete the folder", "ojs.dev-database.data-directory");
			});
		}

		@Test
		void aFileInPlaceOfTheFolderIsReportedWithTheCure() throws Exception {
			Path file = Files.createFile(this.directory.resolve("file"));
			keptIn(file).run((context) -> {
				FailureAnalysis analysis = analyze(context.getStartupFailure());
				assertThat(analysis.getDescription()).contains(file.toString());
				assertThat(analysis.getAction()).contains("ojs.dev-database.data-directory", "spring.datasource.url");
			});
		}

		@Test
		void aServerThatRefusesToRunAsRootIsReportedWithTheCure() {
			FailureAnalysis analysis = analyze(
					DevDatabaseException.start(this.directory, "initdb: error: cannot be run as root", null));
			assertThat(analysis.getDescription()).contains("refuses to run as root");
			assertThat(analysis.getAction()).contains("another user", "unshare", "spring.datasource.url");
		}

		private FailureAnalysis analyze(Throwable failure) {
			FailureAnalysis analysis = new DevDatabaseFailureAnalyzer().analyze(failure);
			assertThat(analysis).isNotNull();
			return analysis;
		}

	}

	@Nested
	class BacksOff {

		private final ApplicationContextRunner alone = new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(OjsDevDatabaseAutoConfiguration.class));

		@Test
		void whenAUrlIsConfigured() {
			String[] properties = TestDatabase.fresh().properties();
			OjsDevDatabaseAutoConfigurationTests.this.contextRunner.withPropertyValues(properties)
				.run((context) -> assertThat(context).doesNotHaveBean(DevDatabase.class)
					.hasSingleBean(DataSource.class));
		}

		@Test
		void whenAJndiNameIsConfigured() {
			this.alone.withPropertyValues("spring.datasource.jndi-name=jdbc/jobs")
				.run((context) -> assertThat(context).doesNotHaveBean(DevDatabase.class));
		}

		@Test
		void whenThereAreConnectionDetails() {
			this.alone.withBean(JdbcConnectionDetails.class, () -> mock(JdbcConnectionDetails.class))
				.run((context) -> assertThat(context).doesNotHaveBean(DevDatabase.class));
		}

		@Test
		void whenThereIsADataSource() {
			OjsDevDatabaseAutoConfigurationTests.this.contextRunner.withUserConfiguration(OwnDataSource.class)
				.run((context) -> assertThat(context).doesNotHaveBean(DevDatabase.class));
		}

		@Test
		void whenItIsSwitchedOff() {
			this.alone.withPropertyValues("ojs.dev-database.enabled=false")
				.run((context) -> assertThat(context).doesNotHaveBean(DevDatabase.class));
		}

		@Test
		void whenTheServerIsNotOnTheClasspath() {
			this.alone.withClassLoader(new FilteredClassLoader(EmbeddedPostgres.class))
				.run((context) -> assertThat(context).doesNotHaveBean(DevDatabase.class));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnDataSource {

		@Bean
		DataSource dataSource() {
			return mock(DataSource.class);
		}

	}

	/**
	 * An application in a process of its own, to be killed.
	 */
	@Configuration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ OjsDevDatabaseAutoConfiguration.class, DataSourceAutoConfiguration.class })
	static class Application {

		static Process launch(Path directory) throws Exception {
			return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
					System.getProperty("java.class.path"), Application.class.getName(),
					"--ojs.dev-database.data-directory=" + directory)
				.redirectErrorStream(true)
				.redirectOutput(new File(directory.toFile(), "application.log"))
				.start();
		}

		public static void main(String[] args) throws Exception {
			SpringApplication application = new SpringApplication(Application.class);
			application.setWebApplicationType(WebApplicationType.NONE);
			JdbcClient jdbc = jdbc(application.run(args));
			jdbc.sql("CREATE TABLE written (id int)").update();
			jdbc.sql("INSERT INTO written VALUES (1)").update();
			Files.createFile(Path.of(setting(jdbc, "data_directory")).resolveSibling("ready"));
			Thread.currentThread().join();
		}

	}

}
