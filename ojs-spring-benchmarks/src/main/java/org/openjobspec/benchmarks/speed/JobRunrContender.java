package org.openjobspec.benchmarks.speed;

import java.time.Duration;
import java.util.Objects;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariDataSource;
import org.jobrunr.configuration.JobRunr;
import org.jobrunr.configuration.JobRunrConfiguration.JobRunrConfigurationResult;
import org.jobrunr.jobs.lambdas.JobRequest;
import org.jobrunr.jobs.lambdas.JobRequestHandler;
import org.jobrunr.scheduling.JobRequestScheduler;
import org.jobrunr.server.BackgroundJobServer;
import org.jobrunr.server.BackgroundJobServerConfiguration;
import org.jobrunr.server.JobActivator;
import org.jobrunr.storage.sql.common.SqlStorageProviderFactory;
import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;

/**
 * JobRunr OSS by its plain API, set up as in its own published benchmarks: 40 pooled
 * connections, its default number of workers, and the shortest interval between two polls
 * that it allows; a worker that becomes idle asks for more by itself. Requests with
 * handlers spare it the analysis of lambdas. No dashboard.
 */
final class JobRunrContender implements Contender {

	private static final int CONNECTIONS = 40;

	private static final Duration POLL_INTERVAL = Duration.ofSeconds(5);

	private @Nullable HikariDataSource pool;

	private @Nullable JobRunrConfigurationResult jobRunr;

	private @Nullable Work work;

	@Override
	public String settings() {
		return "%s: %d connections, poll interval %d s (the shortest it allows; idle workers ask for more at once), "
			.formatted(Jar.of(JobRunr.class), CONNECTIONS, POLL_INTERVAL.toSeconds())
				+ "no dashboard, requests with handlers";
	}

	@Override
	public void prepare(Database database, Workload workload) {
		Work prepared = new Work(workload.duration());
		this.work = prepared;
		HikariDataSource connections = Pool.of(database, CONNECTIONS);
		this.pool = connections;
		BackgroundJobServerConfiguration server = BackgroundJobServerConfiguration
			.usingStandardBackgroundJobServerConfiguration()
			.andPollInterval(POLL_INTERVAL);
		if (workload.concurrency() > 0) {
			server.andWorkerCount(workload.concurrency());
		}
		this.jobRunr = JobRunr.configure()
			.useJobActivator(new Activator(new Handler(prepared)))
			.useStorageProvider(SqlStorageProviderFactory.using(connections))
			.useBackgroundJobServer(server, false)
			.initialize();
	}

	@Override
	public void enqueueSingly(int jobs, int producers) throws Exception {
		JobRequestScheduler scheduler = jobRunr().getJobRequestScheduler();
		Producers.run(jobs, producers, (job) -> scheduler.enqueue(new Request(job)));
	}

	@Override
	public void enqueueInBatches(int jobs, int size) {
		JobRequestScheduler scheduler = jobRunr().getJobRequestScheduler();
		for (int from = 0; from < jobs; from += size) {
			scheduler.enqueue(IntStream.range(from, Math.min(from + size, jobs)).mapToObj(Request::new));
		}
	}

	@Override
	public void start() {
		server().start();
	}

	@Override
	public long finished() {
		return Objects.requireNonNull(this.work, "not prepared").done();
	}

	@Override
	public void stop() {
		server().stop();
	}

	@Override
	public long firstAt() {
		return Objects.requireNonNull(this.work, "not prepared").firstAt();
	}

	@Override
	public String unfinishedQuery() {
		return "SELECT EXISTS (SELECT FROM jobrunr_jobs WHERE state IN ('ENQUEUED', 'PROCESSING'))";
	}

	@Override
	public String waitingQuery() {
		return "SELECT count(*) FROM jobrunr_jobs WHERE state <> 'SUCCEEDED'";
	}

	@Override
	public String completedQuery() {
		return "SELECT count(*) FROM jobrunr_jobs WHERE state = 'SUCCEEDED'";
	}

	private BackgroundJobServer server() {
		return jobRunr().getBackgroundJobServer();
	}

	private JobRunrConfigurationResult jobRunr() {
		return Objects.requireNonNull(this.jobRunr, "not prepared");
	}

	@Override
	public void close() {
		HikariDataSource closed = this.pool;
		this.pool = null;
		if (closed != null) {
			JobRunr.destroy();
			closed.close();
		}
	}

	/**
	 * A job as JobRunr stores it.
	 */
	static final class Request implements JobRequest {

		private int job;

		// JobRunr's JSON mapper makes it without arguments and sets the field.
		@SuppressWarnings("unused")
		private Request() {
		}

		Request(int job) {
			this.job = job;
		}

		int job() {
			return this.job;
		}

		@Override
		public Class<Handler> getJobRequestHandler() {
			return Handler.class;
		}

	}

	/**
	 * What is run.
	 */
	public static final class Handler implements JobRequestHandler<Request> {

		private final Work work;

		Handler(Work work) {
			this.work = work;
		}

		@Override
		public void run(Request request) throws InterruptedException {
			this.work.run();
		}

	}

	private record Activator(Handler handler) implements JobActivator {

		@Override
		public <T> T activateJob(Class<T> type) {
			return type.cast(this.handler);
		}

	}

}
