package org.openjobspec.boot.checks;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.TestDatabase.OwnServer;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.worker.OjsCron;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * An application that may start without its database, and does.
 */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseAtStartTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final String[] WAIT = { "ojs.worker.startup=wait",
			"spring.datasource.hikari.connection-timeout=1000", "management.endpoint.health.probes.enabled=true",
			"management.endpoint.health.show-details=always",
			"management.endpoint.health.group.readiness.include=readinessState,ojs" };

	private static @Nullable Thread waiter() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("ojs-schema"))
			.findAny()
			.orElse(null);
	}

	@Test
	void itWaits_andRunsJobsWhenTheDatabaseAnswers(CapturedOutput output) {
		try (OwnServer server = TestDatabase.ownServer()) {
			server.stop();
			try (Node node = Node.web(Application.class, server.database(), WAIT)) {
				Http http = new Http(node.port());
				assertThat(http.get("/actuator/health/liveness").status()).isEqualTo(200);
				assertThat(http.get("/actuator/health/readiness").status()).isEqualTo(503);
				assertThat(http.get("/actuator/health").string("/components/ojs/status")).isEqualTo("DOWN");
				assertThat(http.get("/actuator/health").string("/components/ojs/details/error"))
					.startsWith("The database cannot be reached");
				assertThat(http
					.post("/ojs/v1/jobs", "{\"type\":\"check.work\",\"args\":[]}", "Content-Type", "application/json")
					.status()).isEqualTo(503);
				assertThat(catchThrowable(() -> node.bean(OjsTemplate.class).enqueue("check.work")))
					.isInstanceOfAny(DataAccessException.class, TransactionException.class);
				OjsWorker worker = node.bean(OjsWorker.class);
				assertThat(worker.isRunning()).isTrue();
				assertThat(worker.id()).as("claims nothing").isNull();
				assertThat(Objects.requireNonNull(waiter()).isDaemon()).as("keeps the application alive").isFalse();

				server.start();
				await().atMost(PATIENCE).until(() -> http.get("/actuator/health/readiness").status() == 200);
				OjsTemplate jobs = node.bean(OjsTemplate.class);
				Job job = jobs.enqueue("check.work");
				assertThat(jobs.await(job.id(), String.class, PATIENCE)).isEqualTo("done");
				JdbcTemplate sql = new JdbcTemplate(server.database().dataSource());
				await().atMost(PATIENCE)
					.until(() -> sql.queryForList("SELECT name FROM ojs.cron", String.class)
						.equals(List.of("check.work")));
				await().atMost(PATIENCE).until(() -> waiter() == null);
			}
		}
		assertThat(ours(output, "WARN")).singleElement()
			.asString()
			.contains("The database cannot be reached")
			.contains("The application starts without it");
		assertThat(ours(output, "ERROR")).isEmpty();
		assertThat(ours(output, "INFO")).filteredOn((line) -> line.contains("The database answers"))
			.singleElement()
			.asString()
			.contains("the schema ojs has version");
		assertThat(ours(output, "INFO"))
			.anyMatch((line) -> line.contains("Open Job Spec: ") && line.contains("waiting for the database"));
	}

	// Save what is said of single requests.
	private static List<String> ours(CapturedOutput output, String level) {
		return output.getOut()
			.lines()
			.filter((line) -> line.matches("[0-9:.]+ " + level + " .*(o\\.o\\.b|org\\.openjobspec).*"))
			.filter((line) -> !line.contains("boot.web."))
			.toList();
	}

	@Test
	void itWaitsOn_whileTheSchemaThatItFindsIsNotOurs(CapturedOutput output) {
		try (OwnServer server = TestDatabase.ownServer()) {
			Database database = server.fresh();
			JdbcTemplate sql = new JdbcTemplate(database.dataSource());
			sql.execute("CREATE SCHEMA ojs");
			sql.execute("CREATE TABLE ojs.theirs (id int)");
			server.stop();
			try (Node node = Node.web(Application.class, database, WAIT)) {
				Http http = new Http(node.port());
				server.start();
				await().atMost(PATIENCE)
					.until(() -> http.get("/actuator/health")
						.string("/components/ojs/details/error")
						.contains("whose tables were not made by this library"));
				assertThat(http.get("/actuator/health/readiness").status()).isEqualTo(503);
				assertThat(http.get("/ojs/v1/queues").status()).isEqualTo(503);
				assertThat(http.get("/ojs/v1/health").status()).isEqualTo(503);
				assertThat(http.get("/ojs/manifest").status()).isEqualTo(200);
				sql.execute("ALTER SCHEMA ojs RENAME TO ojs_before");
				await().atMost(PATIENCE).until(() -> http.get("/actuator/health/readiness").status() == 200);
			}
		}
		assertThat(ours(output, "ERROR")).as("said once, however often it is tried")
			.singleElement()
			.asString()
			.contains("whose tables were not made by this library");
	}

	@Test
	void itStopsWhileItWaits() {
		try (OwnServer server = TestDatabase.ownServer()) {
			server.stop();
			Node node = Node.plain(Application.class, server.database(), WAIT[0], WAIT[1], "ojs.worker.enabled=false");
			assertThat(Objects.requireNonNull(waiter()).isDaemon()).as("keeps nothing alive").isTrue();
			node.close();
			assertThat(waiter()).isNull();
		}
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration(
			excludeName = { "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
					"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
					"org.springframework.boot.data.jdbc.autoconfigure.DataJdbcRepositoriesAutoConfiguration",
					"org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration" })
	static class Application {

		@Bean
		Worker worker() {
			return new Worker();
		}

	}

	static class Worker {

		@OjsHandler("check.work")
		@OjsCron("@yearly")
		String work() {
			return "done";
		}

	}

}
