package org.openjobspec.benchmarks.faults;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

import org.springframework.jdbc.core.ConnectionCallback;

/**
 * The schema becomes one of a later version while nodes work: additive, as the schema's
 * rules ask for. Then the nodes are restarted in order, one after the other.
 */
final class RollingSchema implements Fault {

	private static final String LOCK_NOT_AVAILABLE = "55P03";

	private int version = 6;

	@Override
	public String name() {
		return "rolling-schema";
	}

	@Override
	public String title() {
		return "rolling restart on a later schema";
	}

	@Override
	public void happen(Cluster cluster, RandomGenerator random, RecoveryWatch watch) {
		this.version++;
		watch.from(Instant.now(), List.of());
		for (String table : List.of("job", "ready", "waiting", "outcome", "event", "worker")) {
			change(cluster, "ALTER TABLE ojs.%s ADD COLUMN future_%d text".formatted(table, this.version));
		}
		change(cluster, "CREATE TABLE ojs.future_%d (job_id uuid PRIMARY KEY, note text)".formatted(this.version));
		change(cluster, "COMMENT ON SCHEMA ojs IS 'Open Job Spec backend (ojs-spring), schema version %d'"
			.formatted(this.version));
		for (NodeProcess node : cluster.mortals()) {
			node.leaveSchemaAlone();
			node.stop();
			node.launch();
			node.awaitReady();
		}
	}

	// As a careful migration does it: without making everybody queue behind its lock.
	private static void change(Cluster cluster, String sql) {
		boolean done = Pause.until(Duration.ofSeconds(60),
				() -> Boolean.TRUE.equals(cluster.template().execute((ConnectionCallback<Boolean>) (connection) -> {
					return changed(connection, sql);
				})));
		if (!done) {
			throw new IllegalStateException("No lock could be had for " + sql);
		}
	}

	private static boolean changed(Connection connection, String sql) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			statement.execute("SET lock_timeout = '300ms'");
			statement.execute(sql);
			return true;
		}
		catch (SQLException ex) {
			if (LOCK_NOT_AVAILABLE.equals(ex.getSQLState())) {
				return false;
			}
			throw ex;
		}
	}

}
