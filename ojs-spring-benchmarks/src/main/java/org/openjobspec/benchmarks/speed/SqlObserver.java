package org.openjobspec.benchmarks.speed;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.speed.RecordedStatement.Setting;

/**
 * Sees what a DataSource's users send: each statement with its parameters, and each round
 * trip.
 */
abstract class SqlObserver {

	/**
	 * A statement is about to be sent.
	 * @param statement the statement with its parameters
	 */
	void sent(RecordedStatement statement) {
	}

	/** The client is about to wait for an answer of the server. */
	void roundTrip() {
	}

	/**
	 * Wraps a DataSource.
	 * @param dataSource the one to observe
	 * @return one that does the same and tells this observer
	 */
	final DataSource observe(DataSource dataSource) {
		return proxy(DataSource.class, dataSource, (method, arguments) -> {
			Object result = call(dataSource, method, arguments);
			return (result instanceof Connection connection) ? observe(connection) : result;
		});
	}

	private Connection observe(Connection connection) {
		return proxy(Connection.class, connection, (method, arguments) -> {
			switch (method.getName()) {
				case "commit", "rollback", "isValid" -> roundTrip();
				default -> {
				}
			}
			Object result = call(connection, method, arguments);
			if (result instanceof PreparedStatement statement && arguments != null
					&& arguments[0] instanceof String sql) {
				return proxy(PreparedStatement.class, statement, new Observed(statement, sql));
			}
			return (result instanceof Statement statement)
					? proxy(Statement.class, statement, new Observed(statement, "")) : result;
		});
	}

	private static <T> T proxy(Class<T> type, T target, Invocation invocation) {
		InvocationHandler handler = (proxy, method, arguments) -> switch (method.getName()) {
			case "equals" -> arguments != null && proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			case "toString" -> "Observed " + target;
			default -> invocation.invoke(method, arguments);
		};
		return type.cast(Proxy.newProxyInstance(SqlObserver.class.getClassLoader(), new Class<?>[] { type }, handler));
	}

	private static @Nullable Object call(Object target, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	/**
	 * A call of a method.
	 */
	private interface Invocation {

		@Nullable Object invoke(Method method, @Nullable Object @Nullable [] arguments) throws Throwable;

	}

	/**
	 * A statement with the parameters that it has at the moment.
	 */
	private final class Observed implements Invocation {

		private final Statement statement;

		private final String sql;

		private final Map<Integer, Setting> settings = new TreeMap<>();

		Observed(Statement statement, String sql) {
			this.statement = statement;
			this.sql = sql;
		}

		@Override
		public @Nullable Object invoke(Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
			if (method.getName().startsWith("execute")) {
				sent(text(arguments));
				roundTrip();
			}
			else if (method.getName().equals("clearParameters")) {
				this.settings.clear();
			}
			else {
				note(method, arguments);
			}
			return call(this.statement, method, arguments);
		}

		private RecordedStatement text(@Nullable Object @Nullable [] arguments) {
			String text = (arguments != null && arguments.length > 0 && arguments[0] instanceof String own) ? own
					: this.sql;
			return new RecordedStatement(text, this.settings.values());
		}

		private void note(Method method, @Nullable Object @Nullable [] arguments) throws SQLException {
			if (method.getName().startsWith("set") && arguments != null && arguments.length > 1
					&& arguments[0] instanceof Integer index) {
				this.settings.put(index, Setting.of(method, arguments));
			}
		}

	}

}
