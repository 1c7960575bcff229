package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

import org.openjobspec.benchmarks.faults.Run.Result;
import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The handlers of a node.
 */
final class NodeHandlers {

	private final RunRecorder recorder;

	private final JdbcClient jdbc;

	NodeHandlers(RunRecorder recorder, JdbcClient jdbc) {
		this.recorder = recorder;
		this.jdbc = jdbc;
	}

	private void recorded(JobContext job, Callable<Boolean> work) throws Exception {
		long run = this.recorder.started(job.job().id(), job.attempt(),
				Objects.requireNonNullElse(job.job().workerId(), ""));
		Result result = Result.FAILED;
		try {
			work.call();
			result = Result.RETURNED;
		}
		catch (InterruptedException ex) {
			result = Result.INTERRUPTED;
			throw ex;
		}
		finally {
			this.recorder.ended(run, Instant.now(), result);
		}
	}

	private static boolean sleep(int millis) throws InterruptedException {
		TimeUnit.MILLISECONDS.sleep(millis);
		return true;
	}

	@OjsHandler("faults.plain")
	void plain(JobContext job) throws Exception {
		recorded(job, () -> true);
	}

	@OjsHandler("faults.slow")
	void slow(JobContext job, int millis) throws Exception {
		recorded(job, () -> sleep(millis));
	}

	@OjsHandler("faults.long")
	void lasting(JobContext job, int millis) throws Exception {
		recorded(job, () -> sleep(millis));
	}

	@OjsHandler("faults.tick")
	void tick(JobContext job) throws Exception {
		recorded(job, () -> true);
	}

	@OjsHandler("faults.unique")
	void unique(JobContext job, String key, int millis) throws Exception {
		recorded(job, () -> sleep(millis));
	}

	@OjsHandler("faults.flaky")
	void flaky(JobContext job, int failures) throws Exception {
		recorded(job, () -> {
			if (job.attempt() <= failures) {
				throw new DeliberateFailure();
			}
			return true;
		});
	}

	@OjsHandler("faults.doomed")
	void doomed(JobContext job) throws Exception {
		recorded(job, () -> {
			throw new DeliberateFailure();
		});
	}

	@OjsHandler(type = "faults.effect", transactional = true)
	void effect(JobContext job, int millis) throws Exception {
		recorded(job, () -> write(job) && sleep(millis));
	}

	@OjsHandler(type = "faults.effect_refused", transactional = true)
	void effectRefused(JobContext job) throws Exception {
		recorded(job, () -> {
			write(job);
			if (job.attempt() == 1) {
				// Its foreign key is looked at by the commit, which fails.
				this.jdbc.sql("INSERT INTO harness.refused (key) VALUES (1)").update();
			}
			return true;
		});
	}

	private boolean write(JobContext job) {
		this.jdbc.sql("INSERT INTO harness.effect (job, attempt) VALUES (?, ?)")
			.params(job.job().id(), job.attempt())
			.update();
		return true;
	}

	/** A failure that fills no log. */
	private static final class DeliberateFailure extends RuntimeException {

		DeliberateFailure() {
			super("fails by intention", null, false, false);
		}

	}

}
