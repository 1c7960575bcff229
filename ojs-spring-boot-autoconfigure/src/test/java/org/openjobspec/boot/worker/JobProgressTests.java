package org.openjobspec.boot.worker;

import java.util.List;
import java.util.concurrent.CountDownLatch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.Progress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What handlers say of their progress.
 */
class JobProgressTests {

	private final Handlers handlers = new Handlers();

	private final WorkerFixture node = new WorkerFixture(this.handlers);

	@AfterEach
	void close() {
		this.handlers.gate.countDown();
		this.node.close();
	}

	private Progress progress(Job job) {
		return this.node.engine().progress().read(job.id());
	}

	@Test
	void isSeenWhileTheHandlerRuns() {
		Job job = this.node.start().template().enqueue("waits");
		Progress seen = await().until(() -> progress(job), (progress) -> progress.value() != null);
		assertThat(seen.value()).isEqualTo(0.25);
		assertThat(seen.message()).isEqualTo("first file");
		assertThat(seen.state()).isEqualTo(JobState.ACTIVE);
	}

	@Test
	void isSeenBeforeATransactionalHandlersTransactionCommits() {
		Job job = this.node.start().template().enqueue("waits.in.transaction");
		assertThat(await().until(() -> progress(job), (progress) -> progress.value() != null).value()).isEqualTo(0.75);
	}

	@Test
	void endsWithTheLastReport_howeverManyThereWere() {
		Job job = this.node.start().template().enqueue("loops");
		this.node.awaitState(job, JobState.DISCARDED);
		assertThat(progress(job).value()).isEqualTo(0.5);
		assertThat(progress(job).message()).isEqualTo("row 10000");
	}

	@Test
	void isNoReasonToFail() {
		Job job = this.node.start().template().enqueue("miscalculates");
		this.node.awaitState(job, JobState.COMPLETED);
		assertThat(progress(job).value()).isEqualTo(1.0);
		assertThat(progress(job).message()).hasSize(1000).endsWith("…").doesNotContain("\u0000");
	}

	@Test
	void isToldFromALoop() {
		Job job = this.node.start().template().enqueue("customers.import", List.of("a.csv", "b.csv"));
		this.node.awaitState(job, JobState.COMPLETED);
		assertThat(progress(job).message()).isEqualTo("Read b.csv");
	}

	static final class Handlers {

		private final CountDownLatch gate = new CountDownLatch(1);

		@OjsHandler("waits")
		void waits(JobContext context) throws InterruptedException {
			context.progress(0.25, "first file");
			this.gate.await();
		}

		@OjsHandler(type = "waits.in.transaction", transactional = true)
		void waitsInTransaction(JobContext context) throws InterruptedException {
			context.progress(0.75);
			this.gate.await();
		}

		@OjsHandler("loops")
		void loops(JobContext context) {
			for (int row = 1; row <= 10_000; row++) {
				context.progress(row / 20_000.0, "row " + row);
			}
			throw new DiscardException("That is enough");
		}

		@OjsHandler("miscalculates")
		void miscalculates(JobContext context) {
			context.progress(Double.NaN);
			context.progress(17, "\u0000" + "x".repeat(2000));
		}

		@OjsHandler(type = "customers.import", timeout = "2h")
		void importCustomers(List<String> files, JobContext context) {
			for (int i = 0; i < files.size(); i++) {
				read(files.get(i));
				context.progress((i + 1.0) / files.size(), "Read " + files.get(i));
			}
		}

		private void read(String file) {
			assertThat(file).endsWith(".csv");
		}

	}

}
