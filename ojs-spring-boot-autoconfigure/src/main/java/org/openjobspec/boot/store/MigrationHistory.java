package org.openjobspec.boot.store;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.zip.CRC32;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;

/**
 * What Flyway has noted of the migrations that it ran, read without Flyway: most starts
 * find nothing to do, and to load it takes several times as long as everything else that
 * this library does at a start. For the same reason with JDBC alone: an application may
 * start without any of Spring's some 50 classes for a statement in a transaction.
 */
final class MigrationHistory {

	/** The version of the newest migration of this library. */
	static final int NEWEST = 9;

	// The catalog answers where the table is not there, or is not ours to read; the
	// question to the table itself would leave an error in the server's log.
	private static final String READABLE = """
			SELECT FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid
			WHERE n.nspname = 'ojs' AND c.relname = 'flyway_schema_history'
			  AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT')
			""";

	private static final String ENTRIES = """
			SELECT version, type, script, checksum, success FROM ojs.flyway_schema_history ORDER BY installed_rank
			""";

	private final DataSource dataSource;

	MigrationHistory(DataSource dataSource) {
		this.dataSource = dataSource;
	}

	/**
	 * A migration that was run, or the version at which the history begins.
	 *
	 * @param version the version
	 * @param type {@code SQL}, {@code BASELINE}, or what Flyway knows besides
	 * @param script the file
	 * @param checksum the file's checksum
	 * @param success whether it came to its end
	 */
	record Entry(@Nullable String version, String type, String script, @Nullable Integer checksum, boolean success) {
	}

	/**
	 * Whether exactly the migrations of this library have been run. Whatever is unusual
	 * counts as no, and is left to Flyway to judge.
	 * @return {@code true} if Flyway would find nothing to do and nothing wrong
	 * @throws SchemaException if there is no connection to be had, or it leads to what is
	 * no PostgreSQL that can be used
	 */
	boolean isCurrent() {
		try (Connection connection = PostgresCheck.connect(this.dataSource)) {
			return isCurrent(connection);
		}
		catch (SQLException ex) {
			return false;
		}
	}

	private static boolean isCurrent(Connection connection) throws SQLException {
		try (Statement statement = connection.createStatement()) {
			return isReadable(statement) && isCurrent(entries(statement));
		}
		// What wraps connections may throw anything.
		catch (SQLException | RuntimeException | IOException ex) {
			return false;
		}
		finally {
			if (!connection.getAutoCommit()) {
				connection.rollback();
			}
		}
	}

	static boolean isReadable(Statement statement) throws SQLException {
		try (ResultSet row = statement.executeQuery(READABLE)) {
			return row.next();
		}
	}

	private static List<Entry> entries(Statement statement) throws SQLException {
		List<Entry> entries = new ArrayList<>();
		try (ResultSet row = statement.executeQuery(ENTRIES)) {
			while (row.next()) {
				entries.add(new Entry(row.getString("version"), row.getString("type"), row.getString("script"),
						row.getObject("checksum", Integer.class), row.getBoolean("success")));
			}
		}
		return entries;
	}

	private static boolean isCurrent(List<Entry> entries) throws IOException {
		int version = 0;
		for (Entry entry : entries) {
			int next = version + 1;
			if (version == 0 && entry.type().equals("BASELINE")) {
				next = number(entry.version());
			}
			else if (!entry.type().equals("SQL") || !entry.success() || number(entry.version()) != next
					|| !Objects.equals(entry.checksum(), checksum(entry.script()))) {
				return false;
			}
			version = next;
		}
		return version == NEWEST;
	}

	private static int number(@Nullable String version) {
		try {
			return (version != null) ? Integer.parseInt(version) : -1;
		}
		catch (NumberFormatException ex) {
			return -1;
		}
	}

	// As Flyway has it: of the lines, without what separates them.
	private static int checksum(String script) throws IOException {
		CRC32 checksum = new CRC32();
		ClassPathResource file = new ClassPathResource(SchemaMigration.LOCATION + "/" + script,
				MigrationHistory.class.getClassLoader());
		try (BufferedReader reader = new BufferedReader(
				new InputStreamReader(file.getInputStream(), StandardCharsets.UTF_8))) {
			for (String line = reader.readLine(); line != null; line = reader.readLine()) {
				checksum.update(line.getBytes(StandardCharsets.UTF_8));
			}
		}
		return (int) checksum.getValue();
	}

}
