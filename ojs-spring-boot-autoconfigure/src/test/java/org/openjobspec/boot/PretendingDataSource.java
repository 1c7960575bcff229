package org.openjobspec.boot;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.SQLException;
import java.util.Map;

import javax.sql.DataSource;

import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A data source whose connections claim to be of another product or version.
 */
public final class PretendingDataSource extends DelegatingDataSource {

	private final Map<String, Object> claims;

	/**
	 * Create a data source.
	 * @param target where the connections really lead
	 * @param product the product's name
	 * @param version the product's major version
	 */
	public PretendingDataSource(DataSource target, String product, int version) {
		super(target);
		this.claims = Map.of("getDatabaseProductName", product, "getDatabaseProductVersion", version + ".1",
				"getDatabaseMajorVersion", version);
	}

	@Override
	public Connection getConnection() throws SQLException {
		Connection connection = super.getConnection();
		return proxy(Connection.class, (method, arguments) -> {
			Object answer = method.invoke(connection, arguments);
			return (answer instanceof DatabaseMetaData database) ? pretending(database) : answer;
		});
	}

	private DatabaseMetaData pretending(DatabaseMetaData database) {
		return proxy(DatabaseMetaData.class, (method, arguments) -> {
			Object claim = this.claims.get(method.getName());
			return (claim != null) ? claim : method.invoke(database, arguments);
		});
	}

	private static <T> T proxy(Class<T> type, Answer answer) {
		return type
			.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (self, method, arguments) -> {
				try {
					return answer.to(method, arguments);
				}
				catch (InvocationTargetException ex) {
					throw ex.getTargetException();
				}
			}));
	}

	private interface Answer {

		Object to(Method method, Object[] arguments) throws ReflectiveOperationException;

	}

}
