package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What handlers want to find again at their next attempt.
 */
class JobCheckpointTests {

	private final Handlers handlers = new Handlers();

	private final WorkerFixture node = new WorkerFixture(this.handlers);

	@AfterEach
	void close() {
		this.node.close();
	}

	private Job enqueue(String type) {
		return this.node.start()
			.template()
			.request(type)
			.retry((policy) -> policy.withMaxAttempts(3).withIntervals(Duration.ofMillis(10), Duration.ofMillis(10)))
			.enqueue();
	}

	private String message(Job job) {
		return Objects.requireNonNull(job.lastFailure()).error().message();
	}

	@Test
	void isFoundByTheNextAttempt() {
		Job job = enqueue("fails.at.two");
		this.node.awaitState(job, JobState.COMPLETED);
		assertThat(this.handlers.steps).containsExactly(0, 1, 2, 2, 3);
		assertThat(this.node.engine().checkpoints().find(job.id())).hasValueSatisfying((saved) -> {
			assertThat(saved.state()).isEqualTo("{\"last\":4}");
			assertThat(saved.sequence()).isEqualTo(4);
		});
	}

	@Test
	void isCommittedTogetherWithWhatItSpeaksOf() {
		this.handlers.customers = new Customers(this.node.sql());
		this.handlers.transaction = new TransactionTemplate(this.node.transactions());
		Job job = enqueue("customers.copy");
		this.node.awaitState(job, JobState.COMPLETED);
		assertThat(this.node.sql().queryForList("SELECT id FROM copied ORDER BY id", Integer.class)).containsExactly(1,
				2, 3, 4, 5, 6, 7, 8, 9, 10);
		assertThat(this.node.read(job.id()).failures()).hasSize(1);
	}

	@Test
	void thatCannotBeWrittenFailsTheAttempt() {
		Job done = this.node.awaitState(enqueue("unwritable"), JobState.DISCARDED);
		assertThat(message(done)).contains("cannot be written as JSON");
	}

	@Test
	void thatDoesNotFitFailsTheAttempt() {
		Job done = this.node.awaitState(enqueue("changed"), JobState.DISCARDED);
		assertThat(message(done)).contains("cannot be read as", Position.class.getName());
	}

	@Test
	void isRefusedToAnAttemptThatIsOver() {
		Job job = enqueue("cancels.itself");
		this.node.awaitState(job, JobState.CANCELLED);
		assertThat(this.node.engine().checkpoints().find(job.id())).isEmpty();
	}

	record Position(int last) {
	}

	final class Handlers {

		private final List<Integer> steps = new CopyOnWriteArrayList<>();

		private Customers customers;

		private TransactionTemplate transaction;

		@OjsHandler("fails.at.two")
		void failsAtTwo(JobContext context) {
			int from = context.checkpoint(Position.class).map(Position::last).orElse(0);
			for (int step = from; step < 4; step++) {
				this.steps.add(step);
				if (step == 2 && context.attempt() == 1) {
					throw new IllegalStateException("broken");
				}
				context.checkpoint(new Position(step + 1));
			}
		}

		@OjsHandler(type = "customers.copy", timeout = "6h")
		void copyCustomers(JobContext context) {
			Position position = context.checkpoint(Position.class).orElse(new Position(0));
			while (position.last() < this.customers.largestId()) {
				position = copyBatch(position, context);
			}
		}

		private Position copyBatch(Position from, JobContext context) {
			return this.transaction.execute((status) -> {
				Position to = this.customers.copyBatchAfter(from);
				context.checkpoint(to);
				return to;
			});
		}

		@OjsHandler("unwritable")
		void unwritable(JobContext context) {
			List<Object> circle = new ArrayList<>();
			circle.add(circle);
			context.checkpoint(circle);
		}

		@OjsHandler("changed")
		void changed(JobContext context) {
			context.checkpoint("of an earlier release");
			context.checkpoint(Position.class);
		}

		@OjsHandler("cancels.itself")
		void cancelsItself(JobContext context) {
			JobCheckpointTests.this.node.engine().cancel(context.job().id());
			context.checkpoint(new Position(1));
		}

	}

	/** Ten customers; the second batch fails once, after it was written. */
	private static final class Customers {

		private final JdbcTemplate jdbc;

		private boolean failed;

		Customers(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
			jdbc.execute("CREATE TABLE source AS SELECT generate_series(1, 10) AS id");
			jdbc.execute("CREATE TABLE copied (id int)");
		}

		int largestId() {
			return Objects.requireNonNull(this.jdbc.queryForObject("SELECT max(id) FROM source", Integer.class));
		}

		Position copyBatchAfter(Position from) {
			int to = Math.min(from.last() + 4, 10);
			this.jdbc.update("INSERT INTO copied SELECT id FROM source WHERE id > ? AND id <= ?", from.last(), to);
			if (from.last() == 4 && !this.failed) {
				this.failed = true;
				throw new IllegalStateException("broken");
			}
			return new Position(to);
		}

	}

}
