package org.openjobspec.benchmarks.faults;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Breaks statements on their way to the database.
 */
final class SabotagedDataSource extends DelegatingDataSource {

	/** The exit code of a node whose statements do not look as expected. */
	static final int EXIT = 86;

	private final Sabotage sabotage;

	private final AtomicInteger broken = new AtomicInteger();

	SabotagedDataSource(DataSource target, Sabotage sabotage) {
		super(target);
		this.sabotage = sabotage;
	}

	/** How many statements were broken so far. */
	int broken() {
		return this.broken.get();
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
				(proxy, method, arguments) -> call(connection, method, arguments));
	}

	private @Nullable Object call(Connection connection, Method method, Object @Nullable [] arguments)
			throws Throwable {
		if (method.getName().equals("prepareStatement") && arguments != null) {
			String sql = (String) arguments[0];
			if (this.sabotage.separates(sql) && !connection.getAutoCommit()) {
				this.broken.incrementAndGet();
				return separate(sql);
			}
			arguments[0] = apply(sql);
		}
		return invoke(connection, method, arguments);
	}

	private String apply(String sql) {
		try {
			String broken = this.sabotage.apply(sql);
			if (!broken.equals(sql)) {
				this.broken.incrementAndGet();
			}
			return broken;
		}
		catch (IllegalStateException ex) {
			// Nobody would notice an exception among those that the faults cause.
			System.err.println(ex.getMessage());
			Runtime.getRuntime().halt(EXIT);
			throw ex;
		}
	}

	private PreparedStatement separate(String sql) throws SQLException {
		Connection other = super.getConnection();
		PreparedStatement statement = other.prepareStatement(sql);
		return (PreparedStatement) Proxy.newProxyInstance(getClass().getClassLoader(),
				new Class<?>[] { PreparedStatement.class }, (proxy, method, arguments) -> {
					try {
						return invoke(statement, method, arguments);
					}
					finally {
						if (method.getName().equals("close")) {
							other.close();
						}
					}
				});
	}

	private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments)
			throws Throwable {
		try {
			return method.invoke(target, arguments);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() != null) ? ex.getCause() : ex;
		}
	}

}
