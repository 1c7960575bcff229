package org.openjobspec.benchmarks.speed;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Counts the calls by which an application waits for its database: executions of
 * statements, ends of transactions, savepoints. What the pool does on its own below is
 * not seen here; {@link CountingSocketFactory} sees that too.
 */
final class CountingDataSource extends DelegatingDataSource {

	private static final Set<String> ENDS = Set.of("commit", "rollback", "setSavepoint", "releaseSavepoint");

	private final LongAdder statements = new LongAdder();

	private final LongAdder ends = new LongAdder();

	CountingDataSource(DataSource target) {
		super(target);
	}

	/**
	 * Executions of statements so far.
	 * @return the number
	 */
	long statements() {
		return this.statements.sum();
	}

	/**
	 * Commits, rollbacks and savepoints so far.
	 * @return the number
	 */
	long ends() {
		return this.ends.sum();
	}

	@Override
	public Connection getConnection() throws SQLException {
		return counted(super.getConnection(), Connection.class);
	}

	@Override
	public Connection getConnection(String username, String password) throws SQLException {
		return counted(super.getConnection(username, password), Connection.class);
	}

	private <T> T counted(T target, Class<T> type) {
		InvocationHandler handler = (proxy, method, arguments) -> invoke(target, method, arguments);
		return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, handler));
	}

	private @Nullable Object invoke(Object target, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		if (target instanceof Statement && method.getName().startsWith("execute")) {
			this.statements.increment();
		}
		else if (target instanceof Connection && ENDS.contains(method.getName())) {
			this.ends.increment();
		}
		try {
			return wrap(method.invoke(target, arguments));
		}
		catch (InvocationTargetException ex) {
			throw ex.getTargetException();
		}
	}

	// What unwrap answers with is not wrapped again: it is no interface of java.sql that
	// counts.
	private @Nullable Object wrap(@Nullable Object result) {
		if (result instanceof CallableStatement call) {
			return counted(call, CallableStatement.class);
		}
		if (result instanceof PreparedStatement prepared) {
			return counted(prepared, PreparedStatement.class);
		}
		return (result instanceof Statement statement) ? counted(statement, Statement.class) : result;
	}

}
