package org.openjobspec.boot.store;

import java.time.Instant;
import java.util.Collection;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.support.SqlArrayValue;

/**
 * Arrays as statement parameters: one parameter per column however many rows, so that
 * there is one plan and no limit on the number of rows.
 */
final class SqlArrays {

	private SqlArrays() {
	}

	static <T> SqlArrayValue uuids(Collection<T> rows, Function<T, ?> column) {
		return array("uuid", rows, column);
	}

	static <T> SqlArrayValue texts(Collection<T> rows, Function<T, ? extends @Nullable Object> column) {
		return array("text", rows, column);
	}

	static <T> SqlArrayValue integers(Collection<T> rows, Function<T, ? extends @Nullable Object> column) {
		return array("int4", rows, column);
	}

	static <T> SqlArrayValue longs(Collection<T> rows, Function<T, ? extends @Nullable Object> column) {
		return array("int8", rows, column);
	}

	static <T> SqlArrayValue booleans(Collection<T> rows, Function<T, ? extends @Nullable Object> column) {
		return array("bool", rows, column);
	}

	static <T> SqlArrayValue instants(Collection<T> rows, Function<T, ? extends @Nullable Instant> column) {
		return array("timestamptz", rows, row -> text(column.apply(row)));
	}

	/**
	 * Instants travel as ISO text: the driver would otherwise apply the JVM's time zone.
	 */
	static @Nullable String text(@Nullable Instant time) {
		return (time != null) ? time.toString() : null;
	}

	static <T> SqlArrayValue array(String type, Collection<T> rows, Function<T, ? extends @Nullable Object> column) {
		@Nullable Object[] values = new @Nullable Object[rows.size()];
		int index = 0;
		for (T row : rows) {
			values[index++] = column.apply(row);
		}
		return new SqlArrayValue(type, values);
	}

}
