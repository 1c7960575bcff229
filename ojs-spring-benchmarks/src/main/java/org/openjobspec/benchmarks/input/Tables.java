package org.openjobspec.benchmarks.input;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import org.openjobspec.benchmarks.support.Database;

/**
 * What the database holds, compared with what was answered.
 */
final class Tables implements AutoCloseable {

	private final Connection connection;

	Tables(Database database) throws SQLException {
		this.connection = database.connect();
	}

	/**
	 * Rows of each table.
	 * @return their numbers by name
	 * @throws SQLException if the database does not answer
	 */
	Map<String, Long> rows() throws SQLException {
		Map<String, Long> rows = new TreeMap<>();
		for (String table : names()) {
			rows.put(table, number("SELECT count(*) FROM ojs.\"" + table + '"'));
		}
		return rows;
	}

	private List<String> names() throws SQLException {
		return strings("SELECT tablename FROM pg_tables WHERE schemaname = 'ojs' AND tablename NOT LIKE 'flyway%'");
	}

	/**
	 * Puts off by an hour what accepted requests have asked for within the next minutes:
	 * the ends of leases, retries, expiry. Somebody is about to look whether anything
	 * changes.
	 * @throws SQLException if the database does not answer
	 */
	void calm() throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute("""
					UPDATE ojs.worker SET heartbeat_at = heartbeat_at + interval '1 hour' WHERE NOT dead;
					UPDATE ojs.claim SET check_at = check_at + interval '1 hour'
					WHERE check_at < clock_timestamp() + interval '10 minutes';
					UPDATE ojs.waiting SET due_at = due_at + interval '1 hour'
					WHERE due_at < clock_timestamp() + interval '10 minutes';
					UPDATE ojs.expiry SET expires_at = expires_at + interval '1 hour'
					WHERE expires_at < clock_timestamp() + interval '10 minutes'
					""");
		}
	}

	/**
	 * The moment up to which changes are known.
	 * @return the next transaction id
	 * @throws SQLException if the database does not answer
	 */
	long transaction() throws SQLException {
		return number("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint");
	}

	/**
	 * Looks for changes, but for those that housekeeping makes to receipts of claims.
	 * @param rows the rows of each table at a moment
	 * @param transaction the next transaction id at that moment
	 * @return what has changed since
	 * @throws SQLException if the database does not answer
	 */
	List<String> changes(Map<String, Long> rows, long transaction) throws SQLException {
		List<String> changes = new ArrayList<>();
		for (String table : names()) {
			long written = number(
					"SELECT count(*) FROM ojs.\"%s\" WHERE xmin::text::bigint >= %d".formatted(table, transaction));
			long more = number("SELECT count(*) FROM ojs.\"" + table + '"') - rows.getOrDefault(table, 0L);
			if (!table.equals("claim") && (written > 0 || more != 0)) {
				changes.add("%s: %d rows written, %d more than before".formatted(table, written, more));
			}
		}
		return changes;
	}

	/**
	 * Looks for what should not be.
	 * @param ledger what was answered
	 * @return what is wrong
	 * @throws SQLException if the database does not answer
	 */
	List<String> objections(Ledger ledger) throws SQLException {
		List<String> wrong = new ArrayList<>();
		Set<UUID> missing = new HashSet<>(ledger.jobs());
		Set<UUID> unasked = new HashSet<>();
		for (String id : strings("SELECT id::text FROM ojs.job")) {
			if (!missing.remove(UUID.fromString(id))) {
				unasked.add(UUID.fromString(id));
			}
		}
		if (!missing.isEmpty()) {
			wrong.add("%d accepted jobs are missing, %s for one".formatted(missing.size(), missing.iterator().next()));
		}
		if (!unasked.isEmpty()) {
			wrong.add("%d jobs are stored that no answer told of, %s for one".formatted(unasked.size(),
					unasked.iterator().next()));
		}
		long torn = number("""
				SELECT count(*) FROM ojs.job j
				WHERE (SELECT count(*) FROM ojs.ready r WHERE r.job_id = j.id)
				    + (SELECT count(*) FROM ojs.waiting w WHERE w.job_id = j.id)
				    + (SELECT count(*) FROM ojs.outcome o WHERE o.job_id = j.id) <> 1""");
		if (torn > 0) {
			wrong.add(torn + " jobs have no state, or more than one");
		}
		for (String table : names()) {
			marks(table, ledger, wrong);
		}
		return wrong;
	}

	private void marks(String table, Ledger ledger, List<String> wrong) throws SQLException {
		List<String> traces = strings("""
				SELECT DISTINCT mark[1] || ' ' || mark[2]
				FROM ojs."%s" t, regexp_matches(t::text, 'mark(\\d{1,18})x([0-9a-f]{3})z', 'g') AS mark"""
			.formatted(table));
		List<Long> refused = new ArrayList<>();
		for (String trace : traces) {
			String[] parts = trace.split(" ");
			long index = Long.parseLong(parts[0]);
			if (Names.isMark(index, parts[1]) && !ledger.isAccepted(index)) {
				refused.add(index);
			}
		}
		if (!refused.isEmpty()) {
			wrong.add("The table %s has traces of %d refused requests, of number %s for one".formatted(table,
					refused.size(), refused.get(0)));
		}
	}

	private long number(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement(); ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getLong(1);
		}
	}

	private List<String> strings(String sql) throws SQLException {
		List<String> values = new ArrayList<>();
		try (Statement statement = this.connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
			while (rows.next()) {
				values.add(rows.getString(1));
			}
		}
		return values;
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
