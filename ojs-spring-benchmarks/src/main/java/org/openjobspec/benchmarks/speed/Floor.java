package org.openjobspec.benchmarks.speed;

import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;

/**
 * The least that the statements of this library cost: jobs are enqueued by the library,
 * and worked off by bare JDBC ({@link FloorNode}).
 */
final class Floor implements Contender {

	private final Ojs ojs = new Ojs();

	private @Nullable FloorNode node;

	private @Nullable Work work;

	@Override
	public String settings() {
		return "the claim and the completion as recorded from the engine just before, for %d jobs at a time on each "
			.formatted(FloorNode.BATCH) + "connection, prepared by the server";
	}

	@Override
	public void prepare(Database database, Workload workload) {
		Work prepared = new Work(workload.duration());
		this.work = prepared;
		this.node = new FloorNode(database, FloorStatements.record(database), workload.concurrency(), prepared);
		this.ojs.prepare(database, workload);
	}

	@Override
	public void enqueueSingly(int jobs, int producers) throws Exception {
		this.ojs.enqueueSingly(jobs, producers);
	}

	@Override
	public void enqueueInBatches(int jobs, int size) {
		this.ojs.enqueueInBatches(jobs, size);
	}

	@Override
	public void start() {
		this.ojs.close();
		node().start();
	}

	@Override
	public long finished() {
		return node().finished();
	}

	@Override
	public void stop() throws Exception {
		node().stop();
	}

	@Override
	public long firstAt() {
		return Objects.requireNonNull(this.work, "not prepared").firstAt();
	}

	@Override
	public String unfinishedQuery() {
		return this.ojs.unfinishedQuery();
	}

	@Override
	public String waitingQuery() {
		return this.ojs.waitingQuery();
	}

	@Override
	public String completedQuery() {
		return this.ojs.completedQuery();
	}

	private FloorNode node() {
		return Objects.requireNonNull(this.node, "not prepared");
	}

	@Override
	public void close() {
		this.ojs.close();
	}

}
