package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.boot.store.Store;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What has ended is kept for its time and then goes with all that belongs to it.
 */
class RetentionTests {

	private static final List<String> TABLES = List.of("job", "ready", "waiting", "outcome", "failure", "unique_key",
			"expiry", "progress", "checkpoint");

	@RegisterExtension
	private static final EngineFixture fixture = new EngineFixture();

	private static final Store store = new Store(fixture.dataSource(), null);

	private static final QueueRules rules = new QueueRules(store.queueConfigs());

	private static final Pruner pruner = new Pruner(store, EngineSettings.Retention.DEFAULT,
			EngineSettings.Webhooks.DEFAULT.retention(), rules);

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

	@Test
	void queuesKeepTheirJobsForTimesOfTheirOwn() {
		keep("short", Duration.ofHours(1));
		keep("long", Duration.ofDays(30));
		Job inShort = completed("short");
		Job inLong = completed("long");
		Job other = completed("default");
		pruneAll();
		assertThat(List.of(inShort, inLong, other)).allMatch(RetentionTests::exists);
		age("2 hours");
		pruneAll();
		assertThat(exists(inShort)).isFalse();
		assertThat(List.of(inLong, other)).allMatch(RetentionTests::exists);
		age("8 days");
		pruneAll();
		assertThat(exists(other)).isFalse();
		assertThat(exists(inLong)).isTrue();
		age("23 days");
		pruneAll();
		assertThat(TABLES).allSatisfy(table -> assertThat(rows(table)).as(table).isZero());
	}

	@Test
	void theSettingForAllQueuesIsThatOfQueuesThatSayNothing() {
		keep("_default", Duration.ofHours(1));
		keep("long", Duration.ofDays(1));
		Job inLong = completed("long");
		Job other = completed("default");
		age("2 hours");
		pruneAll();
		assertThat(exists(other)).isFalse();
		assertThat(exists(inLong)).isTrue();
	}

	@Test
	void whatIsKeptLongerByOtherRulesIsLookedAtAgainWhenTheRulesChange() {
		keep("short", Duration.ofDays(1));
		Job job = completed("other");
		age("2 days");
		pruneAll();
		assertThat(exists(job)).isTrue();
		keep("other", Duration.ofDays(1));
		pruneAll();
		assertThat(exists(job)).isFalse();
	}

	@Test
	void whatIsNotCommittedIsNotObeyed() {
		Job job = completed("default");
		age("2 days");
		new TransactionTemplate(new JdbcTransactionManager(fixture.dataSource())).executeWithoutResult((status) -> {
			keep("default", Duration.ofDays(1));
			rules.of("default");
			status.setRollbackOnly();
		});
		pruneAll();
		assertThat(exists(job)).isTrue();
	}

	@Test
	void whatQueuesKeepLongerIsNotReadAgainEachTime() {
		keep("short", Duration.ofDays(1));
		keep("long", Duration.ofDays(30));
		history("long", 12_000, "10 days");
		pruneAll();
		long before = endedRead();
		assertThat(before).as("the measure sees what is read").isGreaterThanOrEqualTo(12_000);
		pruner.prune();
		assertThat(endedRead() - before).isLessThan(100);
		assertThat(rows("outcome")).isEqualTo(12_000);
	}

	@Test
	void manyThatEndedInTheSameMomentAreAllLookedAt() {
		keep("short", Duration.ofDays(1));
		history("short", 6_000, "10 days");
		fixture.sql().sql("UPDATE ojs.outcome SET finished_at = (SELECT min(finished_at) FROM ojs.outcome)").update();
		keep("_default", Duration.ofDays(30));
		pruneAll();
		assertThat(rows("outcome")).isZero();
	}

	private static void keep(String queue, Duration time) {
		fixture.engine()
			.queueConfigs()
			.change(queue, (settings) -> settings.retention(new QueueSettings.Retention(time, null, null, null)));
		rules.forget();
	}

	private static void pruneAll() {
		boolean more = true;
		while (more) {
			more = pruner.prune();
		}
	}

	private static Job completed(String queue) {
		fixture.enqueue("t.a", (request) -> request.queue(queue).unique(UniquePolicy.by()).args("[\"" + queue + "\"]"));
		Job job = fixture.fetch(1, queue).get(0);
		return fixture.engine().acknowledge(job.id(), "w1", null);
	}

	private static void history(String queue, int jobs, String age) {
		fixture.sql()
			.sql("""
					INSERT INTO ojs.outcome (job_id, finished_at, attempt, state, queue)
					SELECT gen_random_uuid(), clock_timestamp() - CAST(:age AS interval) - i * interval '1 second', 1, 4, :queue
					FROM generate_series(1, :jobs) i
					""")
			.param("age", age)
			.param("queue", queue)
			.param("jobs", jobs)
			.update();
		fixture.sql().sql("ANALYZE ojs.outcome").update();
	}

	private static long endedRead() {
		fixture.sql().sql("SELECT pg_stat_force_next_flush()").query().listOfRows();
		return fixture.sql()
			.sql("SELECT idx_tup_read FROM pg_stat_user_indexes WHERE indexrelname = 'outcome_finished'")
			.query(Long.class)
			.single();
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
