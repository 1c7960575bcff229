package org.openjobspec.benchmarks.speed;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.speed.RecordedClaim.Claimed;
import org.openjobspec.benchmarks.speed.RecordedStatement.ArrayValue;

/**
 * The engine's completion, to be repeated for other jobs.
 */
final class RecordedCompletion {

	private final RecordedStatement statement;

	private final Set<UUID> ids;

	private RecordedCompletion(RecordedStatement statement, Set<UUID> ids) {
		this.statement = statement;
		this.ids = ids;
	}

	/**
	 * Finds the parameters of a completion by the values that it was made with.
	 * @param statement the statement
	 * @param worker who completed
	 * @param jobs what was completed, all in the same attempt and without a result
	 * @return the completion
	 * @throws StatementShapeException if a parameter is there that cannot be given a
	 * value for other jobs
	 */
	static RecordedCompletion recognise(RecordedStatement statement, String worker, List<Claimed> jobs) {
		Set<UUID> ids = ids(jobs);
		if (!isCompletion(statement, ids)) {
			throw new StatementShapeException("array of the ids", statement);
		}
		Object attempt = jobs.get(0).attempt();
		for (RecordedStatement.Setting setting : statement.settings()) {
			if (setting.value() instanceof ArrayValue array && !isIds(array, ids)
					&& !(array.elements().size() == jobs.size()
							&& (all(array, worker) || all(array, attempt) || all(array, null)))) {
				throw new StatementShapeException("known meaning for " + array, statement);
			}
		}
		return new RecordedCompletion(statement, ids);
	}

	static boolean isCompletion(RecordedStatement statement, Set<UUID> ids) {
		return statement.settings()
			.stream()
			.anyMatch((setting) -> setting.value() instanceof ArrayValue array && isIds(array, ids));
	}

	static Set<UUID> ids(List<Claimed> jobs) {
		Set<UUID> ids = new HashSet<>();
		jobs.forEach((job) -> ids.add(job.id()));
		return ids;
	}

	private static boolean isIds(ArrayValue array, Set<UUID> ids) {
		return array.elements().size() == ids.size() && ids.containsAll(array.elements());
	}

	private static boolean all(ArrayValue array, @Nullable Object value) {
		return array.elements().stream().allMatch((element) -> Objects.equals(element, value));
	}

	String sql() {
		return this.statement.sql();
	}

	/**
	 * Completes.
	 * @param prepared prepared from the text
	 * @param jobs what to complete, sorted by id
	 * @throws SQLException if the server refuses, or completes only some
	 */
	void execute(PreparedStatement prepared, List<Claimed> jobs) throws SQLException {
		this.statement.with((value) -> (value instanceof ArrayValue array) ? of(array, jobs) : value).apply(prepared);
		AtomicInteger completed = new AtomicInteger();
		Results.read(prepared, (row) -> completed.incrementAndGet());
		if (completed.get() != jobs.size()) {
			throw new SQLException("Completed %d of %d jobs".formatted(completed.get(), jobs.size()));
		}
	}

	private ArrayValue of(ArrayValue recorded, List<Claimed> jobs) {
		if (isIds(recorded, this.ids)) {
			return recorded.with(jobs.stream().map(Claimed::id).toList());
		}
		if (recorded.elements().get(0) instanceof Integer) {
			return recorded.with(jobs.stream().map(Claimed::attempt).toList());
		}
		return recorded.with(Collections.nCopies(jobs.size(), recorded.elements().get(0)));
	}

}
