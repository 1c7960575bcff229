package org.openjobspec.boot.worker;

import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.store.Store;
import org.postgresql.ds.PGSimpleDataSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;

import static org.awaitility.Awaitility.await;

/**
 * A node: an engine on a real database, handlers, a worker and a template.
 */
final class WorkerFixture implements AutoCloseable {

	static final WorkerSettings QUICK = new WorkerSettings(10, List.of("default"), 500, Duration.ofMillis(200),
			Duration.ofMillis(200), Duration.ofSeconds(5), Duration.ofMinutes(30));

	private static final EngineSettings ENGINE = new EngineSettings(Duration.ofMinutes(30), Duration.ofMinutes(30),
			Duration.ofSeconds(30), Duration.ofMillis(100), EngineSettings.Retention.DEFAULT,
			EngineSettings.Webhooks.DEFAULT);

	private final HikariDataSource dataSource;

	private final JobEngine engine;

	private final OjsTemplate template;

	private final OjsWorker worker;

	private final AtomicInteger refusals = new AtomicInteger();

	private volatile Exception reason = new SQLTransientConnectionException("No connection is available");

	private final PlatformTransactionManager transactions;

	private final List<WorkerListener> listeners = new ArrayList<>();

	WorkerFixture(Object... handlers) {
		this(TestDatabase.fresh(), QUICK, handlers);
	}

	WorkerFixture(WorkerSettings settings, Object... handlers) {
		this(TestDatabase.fresh(), settings, handlers);
	}

	WorkerFixture(TestDatabase.Database database, WorkerSettings settings, Object... handlers) {
		this.dataSource = database.migrated().pool();
		this.dataSource.setMaximumPoolSize(16);
		this.dataSource.setConnectionTimeout(2000);
		HandlerRegistry registry = registry(handlers);
		this.engine = new JobEngine(new Store(this.dataSource, database.dataSource()::getConnection), ENGINE, List.of(),
				registry::defaults);
		this.template = new OjsTemplate(this.engine, JsonMapper.shared());
		this.transactions = new JdbcTransactionManager(this.dataSource) {

			@Override
			protected void doBegin(Object transaction, TransactionDefinition definition) {
				if (WorkerFixture.this.refusals.getAndUpdate((left) -> Math.max(0, left - 1)) > 0) {
					throw new CannotCreateTransactionException("Could not open JDBC Connection for transaction",
							WorkerFixture.this.reason);
				}
				super.doBegin(transaction, definition);
			}

		};
		this.worker = new OjsWorker(this.engine, registry, settings,
				new WorkerExtensions(List.of(), this.listeners, this.transactions));
	}

	static JobEngine engineOfNoDatabase() {
		return new JobEngine(new Store(new PGSimpleDataSource(), new PGSimpleDataSource()::getConnection), ENGINE,
				List.of(), (type) -> null);
	}

	static HandlerRegistry registry(Object... handlers) {
		DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
		for (int i = 0; i < handlers.length; i++) {
			beans.registerSingleton("handler" + i, handlers[i]);
		}
		HandlerRegistry registry = new HandlerRegistry(beans, JsonMapper.shared());
		registry.afterSingletonsInstantiated();
		return registry;
	}

	static HeldJob held() {
		return held(Jobs.active("nothing", "[]"));
	}

	static HeldJob held(Job job) {
		return held(job, Objects.requireNonNull(registry(new Nothing()).find("nothing")));
	}

	static HeldJob held(Job job, HandlerMethod handler) {
		return new HeldJob(job, handler, Duration.ofMinutes(1), (held) -> true, new Journal(engineOfNoDatabase()));
	}

	WorkerFixture start() {
		this.engine.start();
		this.worker.start();
		return this;
	}

	JobEngine engine() {
		return this.engine;
	}

	OjsTemplate template() {
		return this.template;
	}

	OjsWorker worker() {
		return this.worker;
	}

	DataSource dataSource() {
		return this.dataSource;
	}

	/** The next transactions of handlers cannot be opened for another reason. */
	void refuseTransactions(int number, Exception why) {
		this.reason = why;
		refuseTransactions(number);
	}

	/**
	 * The next transactions of handlers cannot be opened for the lack of a connection.
	 */
	void refuseTransactions(int number) {
		this.refusals.set(number);
	}

	PlatformTransactionManager transactions() {
		return this.transactions;
	}

	JdbcTemplate sql() {
		return new JdbcTemplate(this.dataSource);
	}

	Job read(UUID id) {
		return this.engine.find(id).orElseThrow();
	}

	Job awaitState(Job job, JobState state) {
		// The pool may still have connections from before an outage.
		return await().ignoreExceptionsInstanceOf(DataAccessException.class)
			.pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(20))
			.atMost(Duration.ofSeconds(20))
			.until(() -> read(job.id()), (now) -> now.state() == state);
	}

	/** As a crash of the server may. */
	void undoClaims() {
		TestDatabase.undoClaims(this.dataSource);
		// Claims look from where they found the last job; jobs that are handed back are
		// told of.
		this.engine.signOff("nobody");
	}

	@Override
	public void close() {
		this.worker.stop();
		this.engine.stop();
		this.dataSource.close();
	}

	static final class Nothing {

		@OjsHandler("nothing")
		void handle() {
		}

	}

}
