package org.openjobspec.boot.engine;

import java.sql.DriverManager;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.openjobspec.boot.SharedFixture;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.store.Store;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * An engine on a database of its own.
 */
final class EngineFixture implements SharedFixture {

	static final EngineSettings QUICK = new EngineSettings(Duration.ofMinutes(30), Duration.ofMinutes(30),
			Duration.ofSeconds(30), Duration.ofMillis(200), EngineSettings.Retention.DEFAULT,
			EngineSettings.Webhooks.DEFAULT);

	private final HikariDataSource dataSource;

	private final JobEngine engine;

	EngineFixture() {
		this(TestDatabase.fresh(), QUICK);
	}

	EngineFixture(TestDatabase.Database database, EngineSettings settings) {
		this(database, settings, true, 16, List.of());
	}

	static EngineFixture started() {
		EngineFixture fixture = new EngineFixture();
		fixture.engine.start();
		return fixture;
	}

	static EngineFixture withoutAutoCommit() {
		return new EngineFixture(TestDatabase.fresh(), QUICK, false, 16, List.of());
	}

	static EngineFixture withOneConnection() {
		return withOneConnection(TestDatabase.fresh());
	}

	static EngineFixture withOneConnection(TestDatabase.Database database) {
		return new EngineFixture(database, QUICK, true, 1, List.of());
	}

	static EngineFixture withInterceptor(EnqueueInterceptor interceptor) {
		return new EngineFixture(TestDatabase.fresh(), QUICK, true, 16, List.of(interceptor));
	}

	private EngineFixture(TestDatabase.Database database, EngineSettings settings, boolean autoCommit, int poolSize,
			List<EnqueueInterceptor> interceptors) {
		this.dataSource = database.migrated().pool();
		this.dataSource.setAutoCommit(autoCommit);
		this.dataSource.setMaximumPoolSize(poolSize);
		this.engine = new JobEngine(
				new Store(this.dataSource,
						() -> DriverManager.getConnection(database.url(), database.user(), database.password())),
				settings, interceptors, type -> null);
	}

	JobEngine engine() {
		return this.engine;
	}

	DataSource dataSource() {
		return this.dataSource;
	}

	JdbcClient sql() {
		return JdbcClient.create(this.dataSource);
	}

	Job enqueue(String type) {
		return enqueue(type, builder -> builder);
	}

	Job enqueue(String type, UnaryOperator<JobRequest.Builder> change) {
		return this.engine.enqueue(List.of(change.apply(JobRequest.of(type).args("[]")).build())).get(0).job();
	}

	List<Job> fetch(int count, String... queues) {
		return this.engine.fetch(new FetchRequest((queues.length > 0) ? List.of(queues) : List.of("default"), null,
				count, "w1", null, false));
	}

	Job fetchOne(String worker) {
		return this.engine.fetch(new FetchRequest(List.of("default"), null, 1, worker, null, false)).get(0);
	}

	/** A job that is active, and due again at once when it fails, two times. */
	Job fetchWithQuickRetries() {
		enqueue("t.a",
				(request) -> request.retry((policy) -> policy.withMaxAttempts(3)
					.withIntervals(Duration.ofMillis(1), Duration.ofMillis(1))
					.withJitter(false)
					.withOnExhaustion(OnExhaustion.DEAD_LETTER)));
		return fetchOne("w1");
	}

	List<Job> fetchTypes(int count, String... types) {
		return this.engine.fetch(new FetchRequest(List.of("default"), Set.of(types), count, "w1", null, false));
	}

	Job read(Job job) {
		return this.engine.find(job.id()).orElseThrow();
	}

	@Override
	public void reset() {
		this.engine.reset();
	}

	@Override
	public void close() {
		this.engine.stop();
		this.dataSource.close();
	}

}
