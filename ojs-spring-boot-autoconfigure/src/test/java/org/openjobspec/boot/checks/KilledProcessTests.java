package org.openjobspec.boot.checks;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A node dies without a word.
 */
class KilledProcessTests {

	private static final int DONE = 1000;

	private static final int RUNNING = 50;

	private static final int QUEUED = 10_000;

	private static final String[] IMPATIENT = { "ojs.engine.heartbeat-timeout=3s", "ojs.worker.heartbeat-interval=1s" };

	private final Database database = TestDatabase.fresh();

	private final JdbcTemplate sql = new JdbcTemplate(this.database.dataSource());

	private int count(String query) {
		return Objects.requireNonNull(this.sql.queryForObject("SELECT count(*) FROM " + query, Integer.class));
	}

	private Process start(Path log, String... properties) throws IOException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
						"-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path"),
						RecordingApplication.class.getName(), "--spring.main.web-application-type=none"));
		command.addAll(Node.arguments(this.database, IMPATIENT));
		for (String property : properties) {
			command.add("--" + property);
		}
		return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
	}

	@Test
	void afterAKillEveryJobCompletes_andOnlyThoseThatRanRunAgain(@TempDir File directory) throws Exception {
		this.sql.execute(RecordingApplication.TABLE);
		try (Node producer = Node.plain(RecordingApplication.class, this.database, "ojs.worker.enabled=false")) {
			producer.enqueue("check.run", DONE + RUNNING + QUEUED);
		}
		Path log = directory.toPath().resolve("killed.log");
		Process killed = start(log, "check.node=killed", "check.runs-before-stuck=" + DONE,
				"ojs.worker.concurrency=" + RUNNING, "spring.datasource.hikari.maximum-pool-size=20");
		try {
			await().atMost(Duration.ofSeconds(90)).until(() -> {
				assertThat(killed.isAlive()).as(() -> read(log)).isTrue();
				return count("run WHERE stuck") == RUNNING && count("ojs.outcome") == DONE;
			});
		}
		finally {
			killed.destroyForcibly();
		}
		assertThat(killed.waitFor(20, TimeUnit.SECONDS)).isTrue();
		int claimed = count("ojs.ready WHERE worker IS NOT NULL");
		assertThat(claimed).isGreaterThanOrEqualTo(RUNNING);
		assertThat(count("run")).isEqualTo(DONE + RUNNING);

		try (Node heir = Node.plain(RecordingApplication.class, this.database, "check.node=heir", IMPATIENT[0],
				IMPATIENT[1])) {
			await().atMost(Duration.ofSeconds(120)).until(() -> count("ojs.outcome") == DONE + RUNNING + QUEUED);
			assertThat(heir.isRunning()).isTrue();
		}

		assertThat(count("ojs.job")).isEqualTo(DONE + RUNNING + QUEUED);
		assertThat(count("ojs.jobs WHERE state = 'completed'")).isEqualTo(DONE + RUNNING + QUEUED);
		assertThat(count("ojs.ready")).isZero();
		assertThat(count("ojs.waiting")).isZero();
		assertThat(count("ojs.event, unnest(coalesce(job_ids, ARRAY[job_id])) WHERE type = 'job.completed'"))
			.as("no job completes twice")
			.isEqualTo(DONE + RUNNING + QUEUED);
		assertThat(count("(SELECT DISTINCT job FROM run) j")).isEqualTo(DONE + RUNNING + QUEUED);
		assertThat(count("(SELECT job FROM run GROUP BY job HAVING count(*) > 1) twice"))
			.as("%d jobs were running and %d were claimed ahead", RUNNING, claimed - RUNNING)
			.isEqualTo(RUNNING);
		assertThat(count("run r WHERE node = 'heir' AND EXISTS (SELECT 1 FROM run k WHERE k.job = r.job AND k.stuck)"))
			.as("exactly those that ran when the process was killed run again, once")
			.isEqualTo(RUNNING);
	}

	private static String read(Path log) {
		try {
			return Files.readString(log);
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

}
