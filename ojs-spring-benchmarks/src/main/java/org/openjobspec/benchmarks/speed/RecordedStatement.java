package org.openjobspec.benchmarks.speed;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

/**
 * A statement that was sent, with its parameters as they were set.
 *
 * @param sql its text
 * @param settings its parameters in their order
 */
record RecordedStatement(String sql, List<Setting> settings) {

	RecordedStatement(String sql, Collection<Setting> settings) {
		this(sql, List.copyOf(settings));
	}

	RecordedStatement {
		settings = List.copyOf(settings);
	}

	/**
	 * The same statement with other values.
	 * @param change gives a parameter its new value, or the old one
	 * @return the statement
	 */
	RecordedStatement with(UnaryOperator<@Nullable Object> change) {
		List<Setting> changed = new ArrayList<>(this.settings.size());
		for (Setting setting : this.settings) {
			changed.add(setting.with(change.apply(setting.value())));
		}
		return new RecordedStatement(this.sql, changed);
	}

	/**
	 * Sets the parameters as they were set when this was recorded.
	 * @param statement prepared from the text
	 * @throws SQLException if the driver refuses
	 */
	void apply(PreparedStatement statement) throws SQLException {
		for (Setting setting : this.settings) {
			setting.apply(statement);
		}
	}

	/**
	 * An array parameter.
	 *
	 * @param type the type of its elements, as PostgreSQL names it
	 * @param elements its elements
	 */
	record ArrayValue(String type, List<@Nullable Object> elements) {

		static ArrayValue of(String type, @Nullable Object[] elements) {
			return new ArrayValue(type, Arrays.asList(elements));
		}

		ArrayValue with(List<? extends @Nullable Object> others) {
			return new ArrayValue(this.type, new ArrayList<>(others));
		}

	}

	/**
	 * One call that sets a parameter.
	 *
	 * @param method the method of the prepared statement
	 * @param value what it was given; an array as {@link ArrayValue}
	 * @param arguments all that it was given
	 */
	record Setting(Method method, @Nullable Object value, List<@Nullable Object> arguments) {

		static Setting of(Method method, @Nullable Object[] arguments) throws SQLException {
			List<@Nullable Object> copy = new ArrayList<>(Arrays.asList(arguments));
			if (arguments[1] instanceof Array array) {
				// Read here, because the caller frees it.
				copy.set(1, ArrayValue.of(array.getBaseTypeName(), (@Nullable Object[]) array.getArray()));
			}
			return new Setting(method, copy.get(1), copy);
		}

		Setting with(@Nullable Object other) {
			if (Objects.equals(other, this.value)) {
				return this;
			}
			List<@Nullable Object> copy = new ArrayList<>(this.arguments);
			copy.set(1, other);
			return new Setting(this.method, other, copy);
		}

		void apply(PreparedStatement statement) throws SQLException {
			@Nullable Object[] given = this.arguments.toArray();
			if (this.value instanceof ArrayValue array) {
				given[1] = statement.getConnection().createArrayOf(array.type(), array.elements().toArray());
			}
			try {
				this.method.invoke(statement, given);
			}
			catch (InvocationTargetException ex) {
				throw new SQLException("Could not set a recorded parameter", ex.getTargetException());
			}
			catch (IllegalAccessException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
