package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.engine.WorkerDesk.Directive;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

/**
 * Workers as people see and direct them, on a real database.
 */
class WorkerDeskTests {

	@RegisterExtension
	private static final EngineFixture fixture = EngineFixture.started();

	private static final JobEngine engine = fixture.engine();

	private static HeartbeatReply beat(String worker, @Nullable String info) {
		return engine.heartbeat(new Heartbeat(worker, List.of(), null, info, false));
	}

	private static void silence(String worker) {
		fixture.sql()
			.sql("UPDATE ojs.worker SET dead = true, seen_at = seen_at - interval '1 hour' WHERE id = :id")
			.param("id", worker)
			.update();
	}

	@Nested
	class Showing {

		@Test
		void listsWhoHasSentAHeartbeatWithTheJobsThatItHolds() {
			fixture.enqueue("t.a");
			fixture.enqueue("t.a");
			Job done = fixture.fetchOne("w1");
			Job held = fixture.fetchOne("w1");
			engine.acknowledge(done.id(), "w1", null);
			beat("w2", null);
			beat("w1", "{\"hostname\":\"h\"}");
			WorkerList list = engine.workers().list(10, 0);
			assertThat(list.workers()).extracting(WorkerInfo::id, WorkerInfo::activeJobs)
				.containsExactly(tuple("w1", 1L), tuple("w2", 0L));
			assertThat(engine.workers().jobs("w1")).containsExactly(held.id());
			WorkerInfo worker = engine.workers().read("w1");
			assertThat(worker.info()).isEqualTo("{\"hostname\":\"h\"}");
			assertThat(worker.embedded()).isFalse();
			assertThat(worker.heartbeatAt()).isAfterOrEqualTo(worker.startedAt());
		}

		@Test
		void countsAJobOnceThatWasHandedBackAndClaimedAgain() {
			fixture.enqueue("t.a");
			engine.release(List.of(fixture.fetchOne("w1")));
			fixture.fetchOne("w1");
			beat("w1", null);
			assertThat(engine.workers().read("w1").activeJobs()).isEqualTo(1);
		}

		@Test
		void givesPartsAndCountsTheWhole() {
			beat("w1", null);
			beat("w2", "{\"state\":\"quiet\"}");
			beat("w3", null);
			silence("w3");
			WorkerList part = engine.workers().list(1, 1);
			assertThat(part.workers()).extracting(WorkerInfo::id).containsExactly("w2");
			assertThat(part.total()).isEqualTo(3);
			assertThat(part.running()).isEqualTo(1);
			assertThat(part.quiet()).isEqualTo(1);
			assertThat(part.stale()).isEqualTo(1);
		}

		@ParameterizedTest
		@CsvSource({ "running, RUNNING", "quiet, QUIET", "drain, DRAINING", "draining, DRAINING",
				"shutting_down, DRAINING", "terminate, TERMINATE", "whatever, RUNNING" })
		void believesWhatAWorkerSays(String said, WorkerInfo.State state) {
			beat("w1", "{\"state\":\"" + said + "\"}");
			assertThat(engine.workers().read("w1").state()).isEqualTo(state);
		}

		@Test
		void doesNotKnowWhoNeverSentAHeartbeat() {
			fixture.enqueue("t.a");
			fixture.fetchOne("w1");
			assertThat(engine.workers().list(10, 0).workers()).isEmpty();
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> engine.workers().read("w1"))
				.withMessageContaining("worker 'w1'");
			assertThatExceptionOfType(NotFoundException.class)
				.isThrownBy(() -> engine.workers().direct("w1", Directive.QUIET));
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> engine.workers().remove("w1"));
		}

	}

	@Nested
	class Directing {

		@Test
		void reachesTheWorkerWithItsNextHeartbeatAndHoldsUntilItIsTakenBack() {
			assertThat(beat("w1", null).directive()).isEqualTo("running");
			assertThat(engine.workers().direct("w1", Directive.QUIET).state()).isEqualTo(WorkerInfo.State.QUIET);
			assertThat(beat("w1", "{\"state\":\"running\"}").directive()).isEqualTo("quiet");
			assertThat(beat("w1", null).directive()).isEqualTo("quiet");
			engine.workers().direct("w1", Directive.TERMINATE);
			assertThat(beat("w1", null).directive()).isEqualTo("terminate");
			engine.workers().direct("w1", Directive.RESUME);
			assertThat(beat("w1", null).directive()).isEqualTo("running");
		}

		@Test
		void keepsJobsFromARemoteWorkerThatIsToBeQuiet() {
			fixture.enqueue("t.a");
			beat("w1", "{\"state\":\"drain\"}");
			assertThat(fixture.fetch(1)).isEmpty();
			beat("w1", "{\"state\":\"running\"}");
			assertThat(fixture.fetch(1)).hasSize(1);
		}

		@Test
		void forgetsWhatItHeardOfAWorkerThatIsSilent() {
			QuietWorkers heard = new QuietWorkers(Duration.ofMillis(50));
			heard.heard("w1", true);
			assertThat(heard.contains("w1")).isTrue();
			await().until(() -> !heard.contains("w1"));
		}

	}

	@Nested
	class Removing {

		@Test
		void returnsTheJobsOfAWorkerThatIsSilent() {
			Job job = fixture.enqueue("t.a");
			fixture.fetchOne("w1");
			beat("w1", null);
			silence("w1");
			engine.workers().remove("w1");
			assertThat(engine.workers().list(10, 0).workers()).isEmpty();
			await().until(() -> fixture.read(job).state() == JobState.AVAILABLE);
		}

		@Test
		void isRefusedForAWorkerThatLives() {
			beat("w1", null);
			assertThatExceptionOfType(ConflictException.class).isThrownBy(() -> engine.workers().remove("w1"))
				.withMessageContaining("it is alive");
			assertThat(engine.workers().read("w1").state()).isEqualTo(WorkerInfo.State.RUNNING);
		}

	}

}
