package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.UniquePolicy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Enqueues with one uniqueness key that come at the same moment to four nodes.
 */
@Timeout(240)
class UniqueRaceTests {

	private static final UniquePolicy UNIQUE = UniquePolicy.by(UniquePolicy.Dimension.ARGS);

	@RegisterExtension
	private static final ClusterFixture cluster = ClusterFixture.started();

	private static Job enqueue(int node, UniquePolicy policy) {
		return cluster.node(node).enqueue("t.unique", (request) -> request.args("[1]").unique(policy));
	}

	@ParameterizedTest
	@ValueSource(booleans = { false, true })
	void ofAThousandAlsoInOpenTransactionsExactlyOneWins(boolean afterAnEndedOne) throws Exception {
		if (afterAnEndedOne) {
			cluster.engine(0).cancel(enqueue(0, UNIQUE).id());
		}
		Queue<UUID> stored = new ConcurrentLinkedQueue<>();
		Queue<UUID> named = new ConcurrentLinkedQueue<>();
		AtomicInteger witnesses = new AtomicInteger();
		CountDownLatch held = new CountDownLatch(1);
		CountDownLatch waited = new CountDownLatch(1);
		// The first one holds the key when all others come, and then never was.
		Future<?> first = cluster.submit(() -> cluster.transaction(3).execute((status) -> {
			enqueue(3, UNIQUE);
			held.countDown();
			await(waited);
			status.setRollbackOnly();
			return true;
		}));
		await(held);
		Future<List<Integer>> others = cluster.submit(() -> cluster.inParallel(40, (thread) -> {
			for (int i = 0; i < 25; i++) {
				if ((thread + i) % 2 == 0) {
					enqueue(thread, stored, named);
				}
				else {
					inTransaction(thread, (thread + i) % 3 == 0, stored, named, witnesses);
				}
			}
			return thread;
		}));
		awaitWaiting(40);
		waited.countDown();
		first.get(60, TimeUnit.SECONDS);
		others.get(120, TimeUnit.SECONDS);
		assertThat(stored).hasSize(1);
		assertThat(new HashSet<>(named)).as("who stood in the way").isEqualTo(Set.copyOf(stored));
		assertThat(cluster.count("ojs.job WHERE type = 't.unique'")).isEqualTo(afterAnEndedOne ? 2 : 1);
		assertThat(cluster.count("ojs.ready WHERE type = 't.unique'")).isEqualTo(1);
		assertThat(cluster.count("ojs.job WHERE type = 't.witness'")).as("what was enqueued after a conflict")
			.isEqualTo(witnesses.get())
			.isPositive();
	}

	private static boolean enqueue(int node, Queue<UUID> stored, Queue<UUID> named) {
		try {
			stored.add(enqueue(node, UNIQUE).id());
			return true;
		}
		catch (DuplicateJobException ex) {
			named.add(ex.existingJobId());
			return false;
		}
	}

	// What is refused must leave the transaction as it was: all goes on in it.
	private static void inTransaction(int node, boolean rollback, Queue<UUID> stored, Queue<UUID> named,
			AtomicInteger witnesses) {
		Queue<UUID> own = new ConcurrentLinkedQueue<>();
		cluster.transaction(node).executeWithoutResult((status) -> {
			boolean won = enqueue(node, own, named);
			assertThat(cluster.node(node).sql().sql("SELECT 1").query(Integer.class).single()).isEqualTo(1);
			if (!won) {
				cluster.node(node).enqueue("t.witness", (request) -> request.queue("witness"));
			}
			if (rollback) {
				status.setRollbackOnly();
			}
			else if (!won) {
				witnesses.incrementAndGet();
			}
		});
		if (!rollback) {
			stored.addAll(own);
		}
	}

	private static void awaitWaiting(int sessions) {
		org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(60)).until(() -> cluster.count("""
				pg_locks l JOIN pg_stat_activity a USING (pid)
				WHERE NOT l.granted AND a.datname = current_database() AND a.query LIKE '%unique_key%'
				""") == sessions);
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Test
	void afterItsPeriodAKeyIsTakenByExactlyOneThoughTheFirstJobStillWaits() throws Exception {
		UniquePolicy policy = UNIQUE.withPeriod(Duration.ofHours(1));
		Job first = enqueue(0, policy);
		assertThatExceptionOfType(DuplicateJobException.class).isThrownBy(() -> enqueue(1, policy))
			.satisfies((ex) -> assertThat(ex.existingJobId()).isEqualTo(first.id()));
		cluster.sql().sql("UPDATE ojs.unique_key SET created_at = created_at - interval '1 hour'").update();
		AtomicInteger stored = new AtomicInteger();
		cluster.inParallel(16, (thread) -> {
			try {
				enqueue(thread, policy);
				return stored.incrementAndGet();
			}
			catch (DuplicateJobException ex) {
				assertThat(ex.existingJobId()).isNotEqualTo(first.id());
				return 0;
			}
		});
		assertThat(stored).hasValue(1);
		assertThat(cluster.node(2).read(first).state()).isEqualTo(JobState.AVAILABLE);
	}

	@Test
	void whoeverIgnoresTheConflictIsAnsweredTheOneThatIsThere() throws Exception {
		List<Job> answers = cluster.inParallel(16,
				(thread) -> enqueue(thread, UNIQUE.withOnConflict(OnConflict.IGNORE)));
		assertThat(answers.stream().map(Job::id).distinct()).hasSize(1);
		assertThat(cluster.count("ojs.job")).isEqualTo(1);
	}

	@ParameterizedTest
	@EnumSource(names = { "REPLACE", "REPLACE_EXCEPT_SCHEDULE" })
	void ofManyThatReplaceEachOtherOneIsLeft(OnConflict onConflict) throws Exception {
		Job first = cluster.node(0)
			.enqueue("t.unique", (request) -> request.args("[1]").unique(UNIQUE).delay(Duration.ofHours(1)));
		cluster.inParallel(16, (thread) -> {
			for (int i = 0; i < 5; i++) {
				enqueue(thread, UNIQUE.withOnConflict(onConflict));
			}
			return thread;
		});
		assertThat(cluster.count("ojs.job")).isEqualTo(81);
		assertThat(cluster.count("ojs.jobs WHERE state = 'cancelled'")).isEqualTo(80);
		if (onConflict == OnConflict.REPLACE) {
			assertThat(cluster.count("ojs.ready")).isEqualTo(1);
		}
		else {
			assertThat(cluster.sql()
				.sql("SELECT due_at FROM ojs.waiting WHERE state = 1")
				.query((row, number) -> row.getTimestamp(1).toInstant())
				.list()).containsExactly(first.nextAttemptAt());
		}
	}

}
