package org.openjobspec.boot.checks;

import java.time.Duration;
import java.util.Objects;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Two nodes share one database.
 */
class TwoNodesTests {

	private static final int JOBS = 10_000;

	private final Database database = TestDatabase.fresh();

	private final JdbcTemplate sql = new JdbcTemplate(this.database.dataSource());

	private int count(String query) {
		return Objects.requireNonNull(this.sql.queryForObject("SELECT count(*) FROM " + query, Integer.class));
	}

	@Test
	void eachJobRunsOnOneOfThem_andBothTakePart() {
		this.sql.execute(RecordingApplication.TABLE);
		try (Node one = Node.plain(RecordingApplication.class, this.database, "check.node=one");
				Node two = Node.plain(RecordingApplication.class, this.database, "check.node=two")) {
			one.enqueue("check.run", JOBS);
			await().atMost(Duration.ofSeconds(90)).until(() -> count("ojs.outcome") == JOBS);
			assertThat(two.isRunning()).isTrue();
		}
		assertThat(count("run")).isEqualTo(JOBS);
		assertThat(count("(SELECT DISTINCT job FROM run) j")).isEqualTo(JOBS);
		assertThat(count("run WHERE attempt <> 1")).isZero();
		assertThat(count("ojs.jobs WHERE state = 'completed'")).isEqualTo(JOBS);
		assertThat(count("ojs.ready")).isZero();
		assertThat(count("run WHERE node = 'one'")).isGreaterThan(JOBS / 20);
		assertThat(count("run WHERE node = 'two'")).isGreaterThan(JOBS / 20);
	}

}
