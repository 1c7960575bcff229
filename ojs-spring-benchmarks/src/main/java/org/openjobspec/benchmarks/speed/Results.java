package org.openjobspec.benchmarks.speed;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Reads what a recorded statement answers. Settings may travel before it in the same
 * text, and answer first.
 */
final class Results {

	private static final String ID = "job_id";

	private Results() {
	}

	/**
	 * Executes and reads the rows that are about jobs.
	 * @param prepared the statement
	 * @param reader reads one row
	 * @throws SQLException if the server refuses, or answers with nothing about jobs
	 */
	static void read(PreparedStatement prepared, RowReader reader) throws SQLException {
		boolean rows = prepared.execute();
		while (rows || prepared.getUpdateCount() >= 0) {
			if (rows) {
				try (ResultSet results = prepared.getResultSet()) {
					if (isAboutJobs(results)) {
						while (results.next()) {
							reader.read(results);
						}
						return;
					}
				}
			}
			rows = prepared.getMoreResults();
		}
		throw new SQLException("No answer has a column " + ID);
	}

	private static boolean isAboutJobs(ResultSet results) throws SQLException {
		for (int column = 1; column <= results.getMetaData().getColumnCount(); column++) {
			if (results.getMetaData().getColumnLabel(column).equals(ID)) {
				return true;
			}
		}
		return false;
	}

	/**
	 * Reads a row.
	 */
	interface RowReader {

		void read(ResultSet row) throws SQLException;

	}

}
