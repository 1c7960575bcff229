package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Reads columns whose types JDBC knows only half.
 */
final class Columns {

	private Columns() {
	}

	static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
		OffsetDateTime value = row.getObject(column, OffsetDateTime.class);
		return (value != null) ? value.toInstant() : null;
	}

	static Instant required(ResultSet row, String column) throws SQLException {
		return Objects.requireNonNull(instant(row, column), column);
	}

	static @Nullable Duration millis(ResultSet row, String column) throws SQLException {
		long value = row.getLong(column);
		return row.wasNull() ? null : Duration.ofMillis(value);
	}

}
