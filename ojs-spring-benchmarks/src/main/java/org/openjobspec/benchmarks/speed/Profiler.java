package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;

/**
 * Watches a machine and its PostgreSQL from its start to its {@link #stop()}.
 */
final class Profiler {

	private static final long EVERY_MILLIS = 20;

	private static final String SAMPLE = """
			SELECT CASE WHEN state <> 'active' THEN 'Client:in transaction'
			            ELSE coalesce(wait_event_type || ':' || wait_event, 'CPU') END, count(*)
			FROM pg_stat_activity
			WHERE datname = ? AND backend_type = 'client backend' AND state <> 'idle'
			GROUP BY 1
			""";

	private final Connection connection;

	private final String database;

	private final long node;

	private final long load;

	private final long backend;

	private final Thread sampler = new Thread(this::sample, "profiler");

	private final Map<String, Long> seen = new TreeMap<>();

	private final Ticks before;

	private final ServerCounters countersBefore;

	private long samples;

	private @Nullable SQLException failure;

	private volatile boolean running = true;

	private Profiler(Connection connection, String database, long node, long load) throws SQLException {
		this.connection = connection;
		this.database = database;
		this.node = node;
		this.load = load;
		try (Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
			row.next();
			this.backend = row.getLong(1);
		}
		this.countersBefore = ServerCounters.read(connection, database);
		this.before = ticks();
	}

	/** What the system says at one moment; {@code null} where it says nothing. */
	private record Ticks(long nanos, ProcessorTime.@Nullable Machine machine, ProcessorTime.@Nullable ProcessStat node,
			@Nullable Long postgres, ProcessorTime.@Nullable ProcessStat load) {
	}

	/**
	 * Starts to watch.
	 * @param server a database of the server other than the one that is watched
	 * @param database the name of the database that is watched
	 * @param node the process of the node
	 * @param load the process of the load
	 * @return what watches
	 * @throws SQLException if the server refuses
	 */
	static Profiler start(Database server, String database, long node, long load) throws SQLException {
		Profiler profiler = new Profiler(server.connect(), database, node, load);
		profiler.sampler.start();
		return profiler;
	}

	private void sample() {
		try (PreparedStatement statement = this.connection.prepareStatement(SAMPLE)) {
			statement.setString(1, this.database);
			while (this.running) {
				try (ResultSet rows = statement.executeQuery()) {
					while (rows.next()) {
						this.seen.merge(rows.getString(1), rows.getLong(2), Long::sum);
					}
				}
				this.samples++;
				TimeUnit.MILLISECONDS.sleep(EVERY_MILLIS);
			}
		}
		catch (SQLException ex) {
			this.failure = ex;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private Ticks ticks() {
		return new Ticks(System.nanoTime(), ProcessorTime.machine(), ProcessorTime.process(this.node),
				ProcessorTime.postgres(this.backend), ProcessorTime.process(this.load));
	}

	/**
	 * Ends watching.
	 * @return what was seen
	 * @throws SQLException if the server refused
	 * @throws InterruptedException if the calling thread is interrupted
	 */
	Profile stop() throws SQLException, InterruptedException {
		Ticks after = ticks();
		this.running = false;
		this.sampler.join();
		try (Connection used = this.connection) {
			if (this.failure != null) {
				throw this.failure;
			}
			return profile(after, ServerCounters.read(used, this.database).since(this.countersBefore));
		}
	}

	private Profile profile(Ticks after, ServerCounters counters) {
		double all = this.seen.values().stream().mapToLong(Long::longValue).sum();
		Map<String, Double> waits = new TreeMap<>();
		this.seen.forEach((wait, times) -> waits.put(wait, times / all));
		ProcessorTime.Machine machine = after.machine();
		ProcessorTime.Machine machineBefore = this.before.machine();
		Double busy = null;
		Double stolen = null;
		if (machine != null && machineBefore != null) {
			busy = machine.busySince(machineBefore);
			stolen = machine.stolenSince(machineBefore);
		}
		return new Profile((after.nanos() - this.before.nanos()) / 1e9, all / Math.max(1, this.samples), waits, busy,
				stolen, seconds(own(this.before.node()), own(after.node())),
				seconds(this.before.postgres(), after.postgres()), seconds(own(this.before.load()), own(after.load())),
				counters);
	}

	private static @Nullable Long own(ProcessorTime.@Nullable ProcessStat process) {
		return (process != null) ? process.own() : null;
	}

	private static @Nullable Double seconds(@Nullable Long from, @Nullable Long to) {
		return (from != null && to != null) ? (double) (to - from) / ProcessorTime.ticksPerSecond() : null;
	}

}
