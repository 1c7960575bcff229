package org.openjobspec.boot.engine;

import java.util.List;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The plans of the hot statements do not depend on statistics.
 */
class PlanTests {

	@Test
	void claimAndCompletionArePlannedOnceAndTheirSettingsDoNotStay() {
		// One connection, so that what it has prepared can be looked at.
		try (EngineFixture fixture = EngineFixture.withOneConnection()) {
			fixture.engine().enqueue(IntStream.range(0, 30).mapToObj(i -> JobRequest.of("t.a").build()).toList());
			for (int i = 0; i < 30; i++) {
				Job job = fixture.fetchOne("w1");
				fixture.engine().complete(List.of(Completion.of(job, "w1", null)));
			}
			List<String> custom = fixture.sql().sql("""
					SELECT left(statement, 60) || ': ' || custom_plans FROM pg_prepared_statements
					WHERE (statement LIKE '%UPDATE ojs.ready%' OR statement LIKE '%DELETE FROM ojs.ready%')
					  AND (custom_plans > 0 OR generic_plans = 0)
					""").query(String.class).list();
			assertThat(custom).as("statements that were planned for their values").isEmpty();
			assertThat(fixture.sql()
				.sql("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%UPDATE ojs.ready%'")
				.query(Long.class)
				.single()).isEqualTo(1);
			assertThat(fixture.sql()
				.sql("SELECT current_setting('enable_sort') || ' ' || current_setting('plan_cache_mode')")
				.query(String.class)
				.single()).isEqualTo("on auto");
		}
	}

}
