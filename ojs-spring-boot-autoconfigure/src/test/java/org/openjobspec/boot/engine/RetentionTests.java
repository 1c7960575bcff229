package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.store.Store;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What has ended is kept for its time and then goes with all that belongs to it.
 */
class RetentionTests {

	private static final List<String> TABLES = List.of("job", "ready", "waiting", "outcome", "failure", "unique_key",
			"expiry", "progress", "checkpoint");

	@RegisterExtension
	private static final EngineFixture fixture = new EngineFixture();

	private static final Pruner pruner = new Pruner(new Store(fixture.dataSource(), null),
			EngineSettings.Retention.DEFAULT, EngineSettings.Webhooks.DEFAULT.retention());

	@Test
	void eachKindOfEndHasItsOwnTime() {
		Job completed = ended("t.completed", job -> fixture.engine().acknowledge(job.id(), "w1", null));
		Job cancelled = ended("t.cancelled", job -> fixture.engine().cancel(job.id()));
		Job discarded = ended("t.discarded", job -> fail(job));
		Job dead = ended("t.dead", job -> fail(job));
		assertThat(fixture.read(dead).deadLettered()).isTrue();

		age("6 days");
		pruner.prune();
		assertThat(List.of(completed, cancelled, discarded, dead)).allMatch(RetentionTests::exists);
		age("2 days");
		pruner.prune();
		assertThat(exists(completed)).isFalse();
		assertThat(exists(cancelled)).isFalse();
		assertThat(List.of(discarded, dead)).allMatch(RetentionTests::exists);
		age("23 days");
		pruner.prune();
		assertThat(exists(discarded)).isFalse();
		assertThat(exists(dead)).isTrue();
		age("150 days");
		pruner.prune();
		assertThat(TABLES).allSatisfy(table -> assertThat(rows(table)).as(table).isZero());
	}

	@Test
	void whatHasNotEndedIsNeverPruned() {
		Job waiting = fixture.enqueue("t.a", request -> request.delay(Duration.ofDays(365)));
		Job available = fixture.enqueue("t.a");
		fixture.sql().sql("UPDATE ojs.job SET created_at = created_at - interval '10 years'").update();
		pruner.prune();
		assertThat(List.of(waiting, available)).allMatch(RetentionTests::exists);
	}

	private static Job ended(String type, Consumer<Job> end) {
		fixture.enqueue(type,
				request -> request.unique(UniquePolicy.by())
					.timeToLive(Duration.ofDays(1000))
					.retry(policy -> policy.withMaxAttempts(1)
						.withOnExhaustion(type.equals("t.dead") ? OnExhaustion.DEAD_LETTER : OnExhaustion.DISCARD)));
		Job job = fixture.fetchOne("w1");
		fixture.engine().progress().report(job, new ProgressReport(0.5, null, null));
		fixture.engine().checkpoints().save(job, "[1]");
		end.accept(job);
		return job;
	}

	private static void fail(Job job) {
		fixture.engine().reject(job.id(), "w1", FailureReport.of(JobError.of("boom", "boom", null)));
	}

	private static void age(String interval) {
		fixture.sql()
			.sql("UPDATE ojs.outcome SET finished_at = finished_at - CAST(:age AS interval)")
			.param("age", interval)
			.update();
	}

	private static boolean exists(Job job) {
		return fixture.engine().find(job.id()).isPresent();
	}

	private static long rows(String table) {
		return fixture.sql().sql("SELECT count(*) FROM ojs." + table).query(Long.class).single();
	}

}
