package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import org.openjobspec.benchmarks.speed.RecordedClaim.Claimed;
import org.openjobspec.benchmarks.support.Database;
import org.postgresql.PGStatement;

/**
 * Bare loops that claim a batch and complete it, each on a connection of its own: what
 * the server can do when the client does next to nothing.
 */
final class FloorNode implements Node {

	static final int BATCH = 500;

	private final Database database;

	private final FloorStatements statements;

	private final int connections;

	private final Work work;

	// A job below the mark is claimed already: nothing is enqueued meanwhile, and a loop
	// that fails ends the run.
	private final AtomicLong mark = new AtomicLong();

	private final List<Future<?>> loops = new ArrayList<>();

	private volatile boolean stopping;

	FloorNode(Database database, FloorStatements statements, int connections, Work work) {
		this.database = database;
		this.statements = statements;
		this.connections = connections;
		this.work = work;
	}

	@Override
	public void start() {
		this.stopping = false;
		this.mark.set(0);
		ExecutorService threads = Executors.newFixedThreadPool(this.connections);
		for (int loop = 0; loop < this.connections; loop++) {
			this.loops.add(threads.submit(() -> {
				work();
				return null;
			}));
		}
		threads.shutdown();
	}

	private void work() throws SQLException, InterruptedException {
		try (Connection connection = this.database.connect();
				PreparedStatement claim = connection.prepareStatement(this.statements.claim().sql());
				PreparedStatement completion = connection.prepareStatement(this.statements.completion().sql())) {
			// A loop may be too short for the driver to find out by itself that this
			// pays.
			claim.unwrap(PGStatement.class).setPrepareThreshold(1);
			completion.unwrap(PGStatement.class).setPrepareThreshold(1);
			while (!this.stopping) {
				long from = this.mark.get();
				List<Claimed> claimed = this.statements.claim().execute(claim, BATCH, from);
				if (claimed.isEmpty()) {
					Thread.sleep(1);
					continue;
				}
				this.work.begin();
				long last = claimed.stream().mapToLong(Claimed::seq).max().orElse(from);
				this.mark.accumulateAndGet(last, Math::max);
				claimed.sort(Comparator.comparing(Claimed::id));
				this.statements.completion().execute(completion, claimed);
				this.work.done(claimed.size());
			}
		}
	}

	@Override
	public long finished() {
		if (!this.stopping) {
			for (Future<?> loop : this.loops) {
				if (loop.isDone()) {
					throw new IllegalStateException("A loop has ended", exception(loop));
				}
			}
		}
		return this.work.done();
	}

	private static Throwable exception(Future<?> loop) {
		try {
			loop.get();
			return new IllegalStateException("It was not told to");
		}
		catch (Exception ex) {
			return ex;
		}
	}

	@Override
	public void stop() throws Exception {
		this.stopping = true;
		for (Future<?> loop : this.loops) {
			loop.get();
		}
		this.loops.clear();
	}

}
