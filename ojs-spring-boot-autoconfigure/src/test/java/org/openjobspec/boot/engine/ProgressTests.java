package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.Progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * How far jobs have come, on a real database.
 */
class ProgressTests {

	private static final FailureReport BOOM = FailureReport.of(JobError.of("boom", "boom", null));

	@RegisterExtension
	private static final EngineFixture fixture = new EngineFixture();

	private static final JobEngine engine = fixture.engine();

	private static Progress report(Job job, double value) {
		return engine.progress().report(job.id(), "w1", new ProgressReport(value, null, null));
	}

	private static Progress read(Job job) {
		return engine.progress().read(job.id());
	}

	private static Job fetchAgain(Job job) {
		List<Job> fetched = await().until(() -> fixture.fetch(1), (jobs) -> !jobs.isEmpty());
		assertThat(fetched.get(0).id()).isEqualTo(job.id());
		return fetched.get(0);
	}

	@Nested
	class Reporting {

		@Test
		void whatTheHolderSaysIsReadByAnybody() {
			Job job = fixture.fetchWithQuickRetries();
			Progress reported = engine.progress()
				.report(job.id(), "w1", new ProgressReport(0.5, "halfway", "{\"rows\":7}"));
			assertThat(reported.value()).isEqualTo(0.5);
			assertThat(reported.message()).isEqualTo("halfway");
			assertThat(reported.data()).isEqualTo("{\"rows\":7}");
			assertThat(reported.state()).isEqualTo(JobState.ACTIVE);
			assertThat(reported.updatedAt()).isNotNull();
			assertThat(read(job)).isEqualTo(reported);
		}

		@Test
		void whatLiesOutsideCountsAsTheNearerEnd() {
			Job job = fixture.fetchWithQuickRetries();
			assertThat(report(job, -3).value()).isEqualTo(0.0);
			assertThat(report(job, 1.5).value()).isEqualTo(1.0);
			assertThat(new ProgressReport(Double.NaN, "?", null).value()).isNull();
		}

		@Test
		void aSmallerNumberDoesNotCountAndItsMessageDoes() {
			Job job = fixture.fetchWithQuickRetries();
			report(job, 0.7);
			Progress later = engine.progress().report(job.id(), "w1", new ProgressReport(0.2, "once more", null));
			assertThat(later.value()).isEqualTo(0.7);
			assertThat(later.message()).isEqualTo("once more");
		}

		@Test
		void dataAloneKeepTheNumber() {
			Job job = fixture.fetchWithQuickRetries();
			report(job, 0.7);
			assertThat(engine.progress().report(job.id(), "w1", new ProgressReport(null, null, "[1]")).value())
				.isEqualTo(0.7);
		}

		@Test
		void nobodyElseReports() {
			Job job = fixture.fetchWithQuickRetries();
			assertThatExceptionOfType(ConflictException.class)
				.isThrownBy(() -> engine.progress().report(job.id(), "w2", new ProgressReport(0.5, null, null)))
				.withMessageContaining("worker 'w2' does not hold it");
			assertThat(read(job).value()).isNull();
		}

		@Test
		void aClientWithoutANameIsBelieved() {
			Job job = fixture.fetchWithQuickRetries();
			assertThat(engine.progress().report(job.id(), null, new ProgressReport(0.5, null, null)).value())
				.isEqualTo(0.5);
		}

		@Test
		void anAttemptThatIsOverChangesNothing() {
			Job first = fixture.fetchWithQuickRetries();
			engine.reject(first.id(), "w1", BOOM);
			Job second = fetchAgain(first);
			report(second, 0.1);
			assertThat(engine.progress().report(first, new ProgressReport(0.9, null, null))).isFalse();
			assertThat(engine.progress().report(second, new ProgressReport(0.2, null, null))).isTrue();
			assertThat(read(second).value()).isEqualTo(0.2);
		}

		@Test
		void aJobThatIsNotActiveIsAConflict() {
			Job waiting = fixture.enqueue("t.a");
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> report(waiting, 0.5))
				.withMessageContaining("it is available");
			Job job = fixture.fetchOne("w1");
			engine.acknowledge(job.id(), "w1", null);
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> report(job, 0.5))
				.withMessageContaining("it is completed");
		}

		@Test
		void aJobThatDoesNotExistIsNotFound() {
			UUID nobody = UuidV7.next();
			assertThatExceptionOfType(NotFoundException.class)
				.isThrownBy(() -> engine.progress().report(nobody, "w1", new ProgressReport(0.5, null, null)));
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> engine.progress().read(nobody));
		}

		@Test
		void aReportThatSaysNothingOrTooMuchIsRefused() {
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> new ProgressReport(null, null, null));
			String large = '"' + "ä".repeat(2048) + '"';
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> new ProgressReport(0.5, null, large))
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(413));
		}

	}

	@Nested
	class Reading {

		@Test
		void aJobThatHasNotReportedHasNoProgress() {
			Job job = fixture.fetchWithQuickRetries();
			assertThat(read(job)).isEqualTo(new Progress(job.id(), JobState.ACTIVE, null, null, null, null));
		}

		@Test
		void aCompletedJobIsAtItsEnd_ifItEverReported() {
			Job silent = fixture.fetchWithQuickRetries();
			engine.acknowledge(silent.id(), "w1", null);
			assertThat(read(silent).value()).isNull();
			Job job = fixture.fetchWithQuickRetries();
			report(job, 0.3);
			engine.acknowledge(job.id(), "w1", null);
			assertThat(read(job).value()).isEqualTo(1.0);
			assertThat(read(job).state()).isEqualTo(JobState.COMPLETED);
		}

		@Test
		void aFailureKeepsTheProgressAndTheNextAttemptStartsWithout() {
			Job job = fixture.fetchWithQuickRetries();
			report(job, 0.3);
			engine.reject(job.id(), "w1", BOOM);
			assertThat(read(job).value()).isEqualTo(0.3);
			assertThat(read(fetchAgain(job)).value()).isNull();
		}

		@Test
		void aJobThatWasHandedBackStartsWithout() {
			Job job = fixture.fetchWithQuickRetries();
			report(job, 0.3);
			engine.release(List.of(job));
			assertThat(read(job).value()).isNull();
			Job again = fetchAgain(job);
			assertThat(again.attempt()).isEqualTo(job.attempt());
			assertThat(report(again, 0.1).value()).isEqualTo(0.1);
		}

		@Test
		void aJobThatIsTakenOutOfTheDeadLetterStartsWithout() {
			Job job = fixture.fetchWithQuickRetries();
			report(job, 0.3);
			engine.reject(job.id(), "w1", new FailureReport(BOOM.error(), FailureReport.Verdict.DEAD_LETTER, null));
			assertThat(read(job).value()).isEqualTo(0.3);
			engine.retryDeadLetter(job.id());
			assertThat(read(job).value()).isNull();
			assertThat(read(fetchAgain(job)).value()).isNull();
		}

		@Test
		void aDeletedJobLeavesNothing() {
			Job job = fixture.fetchWithQuickRetries();
			report(job, 0.3);
			engine.reject(job.id(), "w1", new FailureReport(BOOM.error(), FailureReport.Verdict.DEAD_LETTER, null));
			engine.deleteDeadLetter(job.id());
			assertThat(fixture.sql().sql("SELECT count(*) FROM ojs.progress").query(Long.class).single()).isZero();
		}

	}

	@Nested
	class AsASignOfLife {

		private static final String LEASE = """
				SELECT (date_part('epoch', lease_until - clock_timestamp()) / 60)::int FROM ojs.lease WHERE job_id = :id
				""";

		private int leaseMinutes(Job job) {
			return fixture.sql().sql(LEASE).param("id", job.id()).query(Integer.class).single();
		}

		@Test
		void aReportExtendsTheLeaseOfARemoteWorkersJob() {
			fixture.enqueue("t.a");
			Job job = engine.fetch(new FetchRequest(List.of("default"), null, 1, "w1", Duration.ofMinutes(10), false))
				.get(0);
			report(job, 0.1);
			assertThat(leaseMinutes(job)).isBetween(9, 10);
		}

		@Test
		void aReportNeverShortensALease() {
			Job job = fixture.fetchWithQuickRetries();
			engine.heartbeat(new Heartbeat("w1", List.of(job.id()), Duration.ofMinutes(300), null, false));
			report(job, 0.1);
			assertThat(leaseMinutes(job)).isGreaterThan(290);
		}

		@Test
		void aWorkerThatSendsHeartbeatsIsHeardOf() {
			Job job = fixture.fetchWithQuickRetries();
			engine.heartbeat(new Heartbeat("w1", List.of(job.id()), null, null, false));
			fixture.sql().sql("UPDATE ojs.worker SET heartbeat_at = heartbeat_at - interval '1 hour'").update();
			report(job, 0.1);
			assertThat(fixture.sql()
				.sql("SELECT heartbeat_at > clock_timestamp() - interval '1 minute' FROM ojs.worker WHERE id = 'w1'")
				.query(Boolean.class)
				.single()).isTrue();
		}

		@Test
		void aWorkerThatNeverSentOneIsNotMadeUp() {
			report(fixture.fetchWithQuickRetries(), 0.1);
			assertThat(fixture.sql().sql("SELECT count(*) FROM ojs.worker").query(Long.class).single()).isZero();
		}

	}

}
