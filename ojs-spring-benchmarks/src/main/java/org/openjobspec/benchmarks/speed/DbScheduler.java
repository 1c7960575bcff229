package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.task.TaskDescriptor;
import com.github.kagkarlsson.scheduler.task.TaskInstance;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import com.zaxxer.hikari.HikariDataSource;
import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;

/**
 * db-scheduler with its fastest strategy, lock-and-fetch. Of the settings that its
 * documentation reports the ones with the highest throughput: 50 threads, which fetch
 * when half of them have nothing to do and then fill up to four times their number. Every
 * thread has a connection, since each completes its jobs by itself. The table has the
 * documented indexes, except for the one that only priorities need.
 */
final class DbScheduler implements Contender {

	private static final int DEFAULT_THREADS = 50;

	private static final double LOWER_LIMIT = 0.5;

	private static final double UPPER_LIMIT = 4;

	private static final int OTHER_CONNECTIONS = 4;

	// A full batch is followed by the next one at once; this is for the first and the
	// last.
	private static final Duration POLLING_INTERVAL = Duration.ofMillis(100);

	private static final TaskDescriptor<Integer> TASK = TaskDescriptor.of("benchmark", Integer.class);

	private static final String TABLE = """
			CREATE TABLE scheduled_tasks (
			    task_name text NOT NULL,
			    task_instance text NOT NULL,
			    task_data bytea,
			    execution_time timestamptz NOT NULL,
			    picked boolean NOT NULL,
			    picked_by text,
			    last_success timestamptz,
			    last_failure timestamptz,
			    consecutive_failures integer,
			    last_heartbeat timestamptz,
			    version bigint NOT NULL,
			    priority smallint,
			    PRIMARY KEY (task_name, task_instance));
			CREATE INDEX execution_time_idx ON scheduled_tasks (execution_time);
			CREATE INDEX last_heartbeat_idx ON scheduled_tasks (last_heartbeat);
			""";

	private @Nullable HikariDataSource pool;

	private @Nullable Scheduler scheduler;

	private @Nullable Work work;

	@Override
	public String settings() {
		return "%s: lock-and-fetch with limits %s and %s, a connection per thread and %d more"
			.formatted(Jar.of(Scheduler.class), LOWER_LIMIT, UPPER_LIMIT, OTHER_CONNECTIONS);
	}

	@Override
	public void prepare(Database database, Workload workload) throws Exception {
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			statement.execute(TABLE);
		}
		Work prepared = new Work(workload.duration());
		this.work = prepared;
		int threads = (workload.concurrency() > 0) ? workload.concurrency() : DEFAULT_THREADS;
		HikariDataSource connections = Pool.of(database, threads + OTHER_CONNECTIONS);
		this.pool = connections;
		this.scheduler = Scheduler.create(connections, Tasks.oneTime(TASK).execute((instance, context) -> {
			try {
				prepared.run();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				throw new IllegalStateException(ex);
			}
		}))
			.schedulerName(new SchedulerName.Fixed("benchmark"))
			.threads(threads)
			.pollUsingLockAndFetch(LOWER_LIMIT, UPPER_LIMIT)
			.pollingInterval(POLLING_INTERVAL)
			.shutdownMaxWait(Duration.ofSeconds(10))
			.build();
	}

	@Override
	public void enqueueSingly(int jobs, int producers) throws Exception {
		Scheduler client = scheduler();
		Producers.run(jobs, producers, (job) -> client.scheduleIfNotExists(instance(job), Instant.now()));
	}

	@Override
	public void enqueueInBatches(int jobs, int size) {
		for (int from = 0; from < jobs; from += size) {
			List<TaskInstance<?>> batch = new ArrayList<>(size);
			for (int job = from; job < Math.min(from + size, jobs); job++) {
				batch.add(instance(job));
			}
			scheduler().scheduleBatch(batch, Instant.now());
		}
	}

	private static TaskInstance<Integer> instance(int job) {
		return TASK.instance(Integer.toString(job)).data(job).build();
	}

	@Override
	public void start() {
		scheduler().start();
	}

	@Override
	public long finished() {
		return Objects.requireNonNull(this.work, "not prepared").done();
	}

	@Override
	public void stop() {
		if (!scheduler().getSchedulerState().isShuttingDown()) {
			scheduler().stop();
		}
	}

	@Override
	public long firstAt() {
		return Objects.requireNonNull(this.work, "not prepared").firstAt();
	}

	@Override
	public String unfinishedQuery() {
		return "SELECT EXISTS (SELECT FROM scheduled_tasks)";
	}

	@Override
	public String waitingQuery() {
		return "SELECT count(*) FROM scheduled_tasks";
	}

	@Override
	public @Nullable String completedQuery() {
		return null;
	}

	private Scheduler scheduler() {
		return Objects.requireNonNull(this.scheduler, "not prepared");
	}

	@Override
	public void close() {
		HikariDataSource closed = this.pool;
		this.pool = null;
		if (closed != null) {
			stop();
			closed.close();
		}
	}

}
