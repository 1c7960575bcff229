package org.openjobspec.boot.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.namedparam.SqlParameterSource;

/**
 * Runs the statements whose plans must not depend on statistics. A queue is often empty
 * when it is analysed; the planner then prefers to read and sort all of it, which costs
 * up to a hundredfold once it has filled. The connections are the host application's, so
 * nothing may be set on them for longer than one statement: the settings travel in front
 * of it, in the same round trip and the same implicit transaction.
 */
final class PinnedStatements {

	private final NamedParameterJdbcTemplate jdbc;

	private final Transactions transactions;

	PinnedStatements(NamedParameterJdbcTemplate jdbc, Transactions transactions) {
		this.jdbc = jdbc;
		this.transactions = transactions;
	}

	/** What a statement is pinned to. */
	enum Plan {

		/**
		 * Walk the index in its order, and do not wait for the disk at the commit: a
		 * claim that a crash of the server undoes is a job that is delivered again.
		 */
		CLAIM("""
				SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('jit', 'off', true),
				       set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
				       set_config('enable_sort', 'off', true), set_config('synchronous_commit', 'off', true);
				"""),

		/** Look each row up by its key. */
		LOOKUP("""
				SELECT set_config('plan_cache_mode', 'force_generic_plan', true), set_config('jit', 'off', true),
				       set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true);
				""");

		private final String settings;

		Plan(String settings) {
			this.settings = settings;
		}

	}

	/**
	 * Runs one statement. Inside a transaction of the caller's it runs without the
	 * settings, which would outlive it there. Every parameter must have a type, nulls
	 * too: otherwise the driver asks the server for one first, and then splits what must
	 * travel together.
	 */
	<T> List<T> query(Plan plan, String sql, SqlParameterSource parameters, RowMapper<T> mapper) {
		boolean pinned = !this.transactions.joinedOfCaller();
		String text = pinned ? plan.settings + sql : sql;
		List<T> rows = this.jdbc.execute(text, parameters, statement -> rows(statement, pinned, mapper));
		return (rows != null) ? rows : List.of();
	}

	private static <T> List<T> rows(PreparedStatement statement, boolean pinned, RowMapper<T> mapper)
			throws SQLException {
		statement.execute();
		if (pinned) {
			statement.getMoreResults();
		}
		List<T> rows = new ArrayList<>();
		try (ResultSet results = statement.getResultSet()) {
			while (results.next()) {
				rows.add(mapper.mapRow(results, rows.size()));
			}
		}
		return rows;
	}

}
