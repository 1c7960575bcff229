package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.Checkpoint;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.NotFoundException;

import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * What jobs want to find again, on a real database.
 */
class CheckpointTests {

	private static final FailureReport BOOM = FailureReport.of(JobError.of("boom", "boom", null));

	@RegisterExtension
	private static final EngineFixture fixture = new EngineFixture();

	private static final CheckpointDesk desk = fixture.engine().checkpoints();

	private static Job fetchAgain() {
		return await().until(() -> fixture.fetch(1), (jobs) -> !jobs.isEmpty()).get(0);
	}

	@Nested
	class Saving {

		@Test
		void replacesWhatWasSavedAndCounts() {
			Job job = fixture.fetchWithQuickRetries();
			assertThat(desk.save(job, "{\"rows\":1.10,\"last\":\"a\"}").sequence()).isEqualTo(1);
			Checkpoint second = desk.save(job, "{\"rows\":2}");
			assertThat(second.sequence()).isEqualTo(2);
			assertThat(second.state()).isEqualTo("{\"rows\":2}");
			assertThat(desk.find(job.id())).contains(second);
		}

		@Test
		void countsFromOneAgainAfterADeletion() {
			Job job = fixture.fetchWithQuickRetries();
			desk.save(job, "1");
			desk.save(job, "2");
			assertThat(desk.delete(job.id())).isTrue();
			assertThat(desk.find(job.id())).isEmpty();
			assertThat(desk.delete(job.id())).isFalse();
			assertThat(desk.save(job, "3").sequence()).isEqualTo(1);
		}

		@Test
		void isOneAfterTheOther_howeverManyComeAtOnce() throws Exception {
			Job job = fixture.fetchWithQuickRetries();
			ExecutorService executor = Executors.newFixedThreadPool(8);
			try {
				List<Future<Checkpoint>> saves = new ArrayList<>();
				for (int i = 0; i < 40; i++) {
					String state = String.valueOf(i);
					saves.add(executor.submit(() -> desk.save(job.id(), null, state)));
				}
				List<Long> sequences = new ArrayList<>();
				for (Future<Checkpoint> save : saves) {
					sequences.add(save.get().sequence());
				}
				assertThat(sequences)
					.containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 40).boxed().toList());
			}
			finally {
				executor.shutdownNow();
			}
		}

		@Test
		void isPartOfTheCallersTransaction() {
			Job job = fixture.fetchWithQuickRetries();
			new TransactionTemplate(new JdbcTransactionManager(fixture.dataSource())).executeWithoutResult((status) -> {
				desk.save(job, "1");
				status.setRollbackOnly();
			});
			assertThat(desk.find(job.id())).isEmpty();
		}

		@Test
		void isOpenToAnybodyWhileTheJobHasNotEnded() {
			Job waiting = fixture.enqueue("t.a");
			assertThat(desk.save(waiting.id(), null, "1").sequence()).isEqualTo(1);
			Job scheduled = fixture.enqueue("t.a", (request) -> request.delay(Duration.ofHours(1)));
			assertThat(desk.save(scheduled.id(), null, "1").sequence()).isEqualTo(1);
		}

		@Test
		void isRefusedToAWorkerThatDoesNotHoldTheJob() {
			Job waiting = fixture.enqueue("t.a");
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> desk.save(waiting.id(), "w1", "1"))
				.withMessageContaining("it is available");
			fixture.fetchOne("w1");
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> desk.save(waiting.id(), "w2", "1"))
				.withMessageContaining("worker 'w2' does not hold it");
			assertThat(desk.save(waiting.id(), "w1", "1").sequence()).isEqualTo(1);
		}

		@Test
		void isRefusedToAnAttemptThatIsOver() {
			Job first = fixture.fetchWithQuickRetries();
			fixture.engine().reject(first.id(), "w1", BOOM);
			fetchAgain();
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> desk.save(first, "1"))
				.withMessageContaining("its attempt 1 does not hold it");
		}

		@Test
		void isRefusedOnceTheJobHasEnded() {
			Job completed = fixture.fetchWithQuickRetries();
			fixture.engine().acknowledge(completed.id(), "w1", null);
			Job cancelled = fixture.enqueue("t.a");
			fixture.engine().cancel(cancelled.id());
			for (Job ended : List.of(completed, cancelled)) {
				assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> desk.save(ended.id(), null, "1"))
					.withMessageContaining("it is c");
			}
		}

		@Test
		void isRefusedForAJobThatDoesNotExist() {
			UUID nobody = UuidV7.next();
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> desk.save(nobody, null, "1"));
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> desk.save(nobody, "w1", "1"));
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> desk.delete(nobody));
		}

		@Test
		void isRefusedBeyondAMebibyte() {
			Job job = fixture.fetchWithQuickRetries();
			String largest = '"' + "x".repeat(CheckpointDesk.MAX_BYTES - 2) + '"';
			assertThat(desk.save(job, largest).state()).isEqualTo(largest);
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> desk.save(job, largest + ' '))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(413));
		}

	}

	@Nested
	class Keeping {

		@Test
		void lastsOverFailuresAndTheEnd() {
			Job job = fixture.fetchWithQuickRetries();
			desk.save(job, "[1]");
			fixture.engine().reject(job.id(), "w1", BOOM);
			assertThat(desk.find(job.id())).hasValueSatisfying((saved) -> assertThat(saved.state()).isEqualTo("[1]"));
			Job again = fetchAgain();
			assertThat(desk.save(again, "[2]").sequence()).isEqualTo(2);
			fixture.engine().acknowledge(job.id(), "w1", null);
			assertThat(desk.find(job.id())).hasValueSatisfying((saved) -> assertThat(saved.state()).isEqualTo("[2]"));
		}

		@Test
		void lastsOverTheDeadLetterAndEndsWithTheJob() {
			Job job = fixture.fetchWithQuickRetries();
			desk.save(job, "[1]");
			FailureReport deadLetter = new FailureReport(BOOM.error(), FailureReport.Verdict.DEAD_LETTER, null);
			fixture.engine().reject(job.id(), "w1", deadLetter);
			fixture.engine().retryDeadLetter(job.id());
			Job again = fetchAgain();
			assertThat(desk.of(List.of(again))).containsOnlyKeys(job.id());
			fixture.engine().reject(job.id(), "w1", deadLetter);
			fixture.engine().deleteDeadLetter(job.id());
			assertThat(fixture.sql().sql("SELECT count(*) FROM ojs.checkpoint").query(Long.class).single()).isZero();
		}

		@Test
		void isLookedUpForAFirstAttemptThatWasHandedBack() {
			Job job = fixture.fetchWithQuickRetries();
			desk.save(job, "[1]");
			fixture.engine().release(List.of(job));
			Job again = fetchAgain();
			assertThat(again.attempt()).isEqualTo(1);
			assertThat(desk.of(List.of(again))).containsOnlyKeys(job.id());
		}

		@Test
		void isLookedUpForJobsThatAreFetchedAgain() {
			Job job = fixture.fetchWithQuickRetries();
			assertThat(desk.of(List.of(job))).isEmpty();
			desk.save(job, "[1]");
			fixture.engine().reject(job.id(), "w1", BOOM);
			assertThat(desk.of(List.of(fetchAgain()))).containsOnlyKeys(job.id());
		}

	}

}
