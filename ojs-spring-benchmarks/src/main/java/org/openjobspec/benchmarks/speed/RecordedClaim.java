package org.openjobspec.benchmarks.speed;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.speed.RecordedStatement.ArrayValue;

/**
 * The engine's claim, to be repeated with other limits and marks.
 */
final class RecordedClaim {

	private final RecordedStatement statement;

	private final int limit;

	private final long mark;

	private RecordedClaim(RecordedStatement statement, int limit, long mark) {
		this.statement = statement;
		this.limit = limit;
		this.mark = mark;
	}

	/**
	 * Finds the parameters of a claim by the values that it was made with.
	 * @param statement the statement
	 * @param worker who claimed
	 * @param limit how many jobs were asked for
	 * @param mark the number above which it looked
	 * @return the claim
	 * @throws StatementShapeException if one of them is not among the parameters
	 */
	static RecordedClaim recognise(RecordedStatement statement, String worker, int limit, long mark) {
		require(statement, "worker " + worker, (value) -> contains(value, worker));
		require(statement, "limit " + limit, (value) -> isNumber(value, limit));
		require(statement, "mark " + mark, (value) -> isMark(value, mark));
		return new RecordedClaim(statement, limit, mark);
	}

	private static void require(RecordedStatement statement, String what, Role role) {
		if (statement.settings().stream().noneMatch((setting) -> role.plays(setting.value()))) {
			throw new StatementShapeException(what, statement);
		}
	}

	static boolean isClaim(RecordedStatement statement, String worker, int limit) {
		return statement.settings().stream().anyMatch((setting) -> contains(setting.value(), worker))
				&& statement.settings().stream().anyMatch((setting) -> isNumber(setting.value(), limit));
	}

	static boolean looksFrom(RecordedStatement statement, long mark) {
		return statement.settings().stream().anyMatch((setting) -> isMark(setting.value(), mark));
	}

	private static boolean contains(@Nullable Object value, String text) {
		return text.equals(value) || (value instanceof ArrayValue array && array.elements().contains(text));
	}

	private static boolean isNumber(@Nullable Object value, long number) {
		return (value instanceof Integer || value instanceof Long) && ((Number) value).longValue() == number;
	}

	private static boolean isMark(@Nullable Object value, long mark) {
		return (value instanceof Long scalar && scalar == mark)
				|| (value instanceof ArrayValue array && array.elements().contains(mark));
	}

	String sql() {
		return this.statement.sql();
	}

	/**
	 * Claims.
	 * @param prepared prepared from the text
	 * @param batch how many jobs at most
	 * @param from the number above which to look
	 * @return the claimed jobs
	 * @throws SQLException if the server refuses
	 */
	List<Claimed> execute(PreparedStatement prepared, int batch, long from) throws SQLException {
		this.statement.with((value) -> {
			if (value instanceof ArrayValue array && isMark(array, this.mark)) {
				List<@Nullable Object> marks = new ArrayList<>(array.elements());
				Collections.replaceAll(marks, this.mark, from);
				return array.with(marks);
			}
			if (isMark(value, this.mark)) {
				return from;
			}
			if (isNumber(value, this.limit)) {
				return (value instanceof Long) ? (Object) Long.valueOf(batch) : Integer.valueOf(batch);
			}
			return value;
		}).apply(prepared);
		List<Claimed> claimed = new ArrayList<>(batch);
		Results.read(prepared, (row) -> {
			row.getString("args");
			claimed.add(new Claimed(row.getObject("job_id", UUID.class), row.getLong("seq"), row.getInt("attempt")));
		});
		return claimed;
	}

	/**
	 * A claimed job.
	 *
	 * @param id the job
	 * @param seq its place in the queue
	 * @param attempt the attempt
	 */
	record Claimed(UUID id, long seq, int attempt) {
	}

	/**
	 * What a parameter is for, told by its value.
	 */
	private interface Role {

		boolean plays(@Nullable Object value);

	}

}
