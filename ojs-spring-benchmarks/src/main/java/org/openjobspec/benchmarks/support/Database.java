package org.openjobspec.benchmarks.support;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A database on a PostgreSQL server.
 *
 * @param url the JDBC URL
 * @param user the user
 * @param password the password, empty when none is asked for
 */
public record Database(String url, String user, String password) {

	private static final Pattern URL = Pattern.compile("(jdbc:postgresql://[^/?]+/)([^?]*)(\\?.*)?");

	/**
	 * Opens a connection outside of any pool.
	 * @return the connection, in auto-commit
	 * @throws SQLException if the server refuses
	 */
	public Connection connect() throws SQLException {
		return DriverManager.getConnection(this.url, this.user, this.password);
	}

	/**
	 * What a Spring Boot application needs to use this database.
	 * @return command line arguments
	 */
	public List<String> springArguments() {
		return List.of("--spring.datasource.url=" + this.url, "--spring.datasource.username=" + this.user,
				"--spring.datasource.password=" + this.password);
	}

	/**
	 * Makes an empty database on the same server, dropping one of that name.
	 * @param name its name
	 * @return the database
	 */
	public Database fresh(String name) {
		try (Connection connection = connect(); Statement statement = connection.createStatement()) {
			statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
			statement.execute("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'");
		}
		catch (SQLException ex) {
			throw new IllegalStateException("Could not create the database " + name, ex);
		}
		return named(name);
	}

	/**
	 * Another database of the same server.
	 * @param name its name
	 * @return the database
	 */
	public Database named(String name) {
		Matcher parts = URL.matcher(this.url);
		if (!parts.matches()) {
			throw new IllegalArgumentException(
					"Not a JDBC URL of the form jdbc:postgresql://host/database: " + this.url);
		}
		String parameters = (parts.group(3) != null) ? parts.group(3) : "";
		return new Database(parts.group(1) + name + parameters, this.user, this.password);
	}

}
