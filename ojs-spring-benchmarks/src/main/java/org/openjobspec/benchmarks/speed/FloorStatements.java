package org.openjobspec.benchmarks.speed;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import org.openjobspec.benchmarks.speed.RecordedClaim.Claimed;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.boot.engine.Completion;
import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.FetchRequest;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.store.SchemaMigration;
import org.openjobspec.boot.store.Store;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The statements with which the engine claims and completes, recorded and not copied, so
 * that they are the ones that the engine sends today.
 *
 * @param claim the claim
 * @param completion the completion
 */
record FloorStatements(RecordedClaim claim, RecordedCompletion completion) {

	private static final String WORKER = "floor-c2d1e7a0";

	private static final int LIMIT = 7;

	/**
	 * Of the claim before, so that its mark, 11 and then 18 and so on, is never a limit.
	 */
	private static final int FIRST_LIMIT = 11;

	private static final int TRIES = 40;

	/** The engine relies on a mark only once it is somewhat old. */
	private static final Duration MARK_AGE = Duration.ofMillis(60);

	/**
	 * Makes an engine claim and complete a few jobs, and listens.
	 * @param server a database of the server to do that on
	 * @return the statements
	 * @throws StatementShapeException if they have parameters of which nothing is known
	 */
	static FloorStatements record(Database server) {
		try (HikariDataSource pool = Pool.of(server.fresh("ojs_recording"), 2)) {
			new SchemaMigration(pool).migrate();
			return record(pool);
		}
	}

	private static FloorStatements record(DataSource dataSource) {
		Recorder recorder = new Recorder();
		JobEngine engine = new JobEngine(new Store(recorder.observe(dataSource), null), EngineSettings.DEFAULT,
				List.of(), (type) -> null);
		List<JobRequest> requests = new ArrayList<>();
		for (int job = 0; job < FIRST_LIMIT + TRIES * LIMIT; job++) {
			requests.add(JobRequest.of(Ojs.TYPE).args("[" + job + "]").build());
		}
		engine.enqueue(requests);
		fetch(engine, FIRST_LIMIT);
		RecordedClaim claim = null;
		List<Claimed> claimed = List.of();
		for (int tries = 0; claim == null && tries < TRIES; tries++) {
			long mark = JdbcClient.create(dataSource)
				.sql("SELECT max(seq) FROM ojs.ready WHERE worker IS NOT NULL")
				.query(Long.class)
				.single();
			boolean last = tries == TRIES - 1;
			pause();
			recorder.statements.clear();
			claimed = fetch(engine, LIMIT);
			// Now and then the engine looks from further back.
			claim = recorder.find((statement) -> RecordedClaim.isClaim(statement, WORKER, LIMIT))
				.filter((statement) -> RecordedClaim.looksFrom(statement, mark) || last)
				.map((statement) -> RecordedClaim.recognise(statement, WORKER, LIMIT, mark))
				.orElse(null);
		}
		if (claim == null) {
			throw new IllegalStateException("No claim was recorded: " + recorder.statements);
		}
		recorder.statements.clear();
		// Without the time of the claim: the floor is spared its comparison.
		engine.complete(claimed.stream()
			.map((job) -> new Completion(job.id(), WORKER, job.attempt(), null, null, null))
			.toList());
		return new FloorStatements(claim, completion(recorder, claimed));
	}

	private static RecordedCompletion completion(Recorder recorder, List<Claimed> claimed) {
		Set<UUID> ids = RecordedCompletion.ids(claimed);
		return recorder.find((statement) -> RecordedCompletion.isCompletion(statement, ids))
			.map((statement) -> RecordedCompletion.recognise(statement, WORKER, claimed))
			.orElseThrow(() -> new IllegalStateException("No completion was recorded: " + recorder.statements));
	}

	private static List<Claimed> fetch(JobEngine engine, int limit) {
		List<Job> jobs = engine
			.fetch(new FetchRequest(List.of("default"), Set.of(Ojs.TYPE), limit, WORKER, null, true));
		return jobs.stream().map((job) -> new Claimed(job.id(), 0, job.attempt())).toList();
	}

	private static void pause() {
		try {
			Thread.sleep(MARK_AGE.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException("Interrupted while recording", ex);
		}
	}

	/**
	 * Keeps what was sent.
	 */
	private static final class Recorder extends SqlObserver {

		private final List<RecordedStatement> statements = new CopyOnWriteArrayList<>();

		@Override
		void sent(RecordedStatement statement) {
			this.statements.add(statement);
		}

		Optional<RecordedStatement> find(Predicate<RecordedStatement> condition) {
			return this.statements.stream().filter(condition).findFirst();
		}

	}

}
