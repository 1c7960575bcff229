package org.openjobspec.boot.store;

import java.sql.SQLException;
import java.util.Arrays;
import java.util.Comparator;

import javax.sql.DataSource;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationVersion;
import org.flywaydb.core.api.configuration.FluentConfiguration;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.SchemaException.Problem;

/**
 * Brings the schema {@code ojs} to the version of this library, or checks that it is
 * there. Flyway runs the migrations with a history of its own inside the schema; the
 * host's Flyway and its settings are not involved. Takes two connections at once while it
 * migrates, one when there is nothing to do, and none afterwards.
 */
public final class SchemaMigration {

	static final String LOCATION = "org/openjobspec/boot/db";

	private static final String NEWEST = Integer.toString(MigrationHistory.NEWEST);

	private final DataSource dataSource;

	private final MigrationHistory history;

	/**
	 * Creates a migration that has not looked at the database yet.
	 * @param dataSource the database
	 */
	public SchemaMigration(DataSource dataSource) {
		this.dataSource = dataSource;
		this.history = new MigrationHistory(dataSource);
	}

	/**
	 * Creates or upgrades the schema. Any number of nodes may do so at once. Tables that
	 * were created by hand from this library's files are adopted at the version that the
	 * files left in the schema's comment.
	 * @return the version that the schema has now
	 * @throws SchemaException if the database cannot be brought to that version; then it
	 * is as it was
	 */
	public String migrate() {
		if (this.history.isCurrent()) {
			return NEWEST;
		}
		SchemaState before = inspection().createSchema();
		try {
			return migrate(before);
		}
		catch (FlywayException ex) {
			// Flyway looks for a history and for foreign tables without a lock: a node
			// that wrote both in between makes it fail. The second look finds them.
			SchemaState after = inspection().inspect();
			if (!before.history() && after.history()) {
				try {
					return migrate(after);
				}
				catch (FlywayException again) {
					throw failure(again);
				}
			}
			throw failure(ex);
		}
	}

	private String migrate(SchemaState state) {
		FluentConfiguration configuration = configuration();
		if (state.populated() && !state.history()) {
			configuration.baselineOnMigrate(true)
				.baselineVersion(adoptable(state))
				.baselineDescription("created by other means");
		}
		Flyway flyway = configuration.load();
		refuseNewer(flyway);
		flyway.migrate();
		return version(flyway);
	}

	/**
	 * Checks that the schema is there in the version of this library; changes nothing.
	 * @return the version of the schema
	 * @throws SchemaException if it is not
	 */
	public String validate() {
		if (this.history.isCurrent()) {
			return NEWEST;
		}
		SchemaState state = inspection().inspect();
		if (!state.populated() && !state.history()) {
			throw new SchemaException(Problem.ABSENT, "The database has no tables in the schema 'ojs'.", null);
		}
		if (!state.history()) {
			adoptable(state);
			throw new SchemaException(Problem.NO_HISTORY,
					"The schema 'ojs' has tables but no migration history that could be checked.", null);
		}
		try {
			Flyway flyway = configuration().load();
			refuseNewer(flyway);
			MigrationInfo[] pending = flyway.info().pending();
			if (pending.length > 0) {
				throw new SchemaException(Problem.OUTDATED,
						"The schema 'ojs' has version %s, this library needs version %s.".formatted(version(flyway),
								pending[pending.length - 1].getVersion()),
						null);
			}
			flyway.validate();
			return version(flyway);
		}
		catch (FlywayException ex) {
			throw failure(ex);
		}
	}

	private SchemaInspection inspection() {
		return new SchemaInspection(this.dataSource);
	}

	private static String adoptable(SchemaState state) {
		String version = state.version();
		if (version == null) {
			throw new SchemaException(Problem.FOREIGN,
					"The database has a schema 'ojs' whose tables were not made by this library.", null);
		}
		return version;
	}

	private FluentConfiguration configuration() {
		return Flyway.configure(getClass().getClassLoader())
			.dataSource(this.dataSource)
			.schemas(SchemaInspection.SCHEMA)
			.defaultSchema(SchemaInspection.SCHEMA)
			.table(SchemaInspection.HISTORY)
			.createSchemas(false)
			.locations("classpath:" + LOCATION)
			.failOnMissingLocations(true)
			.validateMigrationNaming(true)
			.placeholderReplacement(false)
			.cleanDisabled(true)
			// Once a second as long as another node migrates; its lock goes with its
			// connection. Not -1 for ever: Flyway keeps that in a static field, which
			// any other Flyway in this JVM overwrites.
			.lockRetryCount(Integer.MAX_VALUE);
	}

	private static void refuseNewer(Flyway flyway) {
		MigrationInfo[] all = flyway.info().all();
		MigrationVersion ours = newest(all, true);
		MigrationVersion theirs = newest(all, false);
		if (ours != null && theirs != null && theirs.isNewerThan(ours.getVersion())) {
			throw new SchemaException(Problem.NEWER,
					"The schema 'ojs' has version %s, this library knows versions up to %s.".formatted(theirs, ours),
					null);
		}
	}

	private static @Nullable MigrationVersion newest(MigrationInfo[] migrations, boolean resolved) {
		return Arrays.stream(migrations)
			.filter((migration) -> resolved ? migration.getState().isResolved() : migration.getState().isApplied())
			.map(MigrationInfo::getVersion)
			.max(Comparator.naturalOrder())
			.orElse(null);
	}

	private static String version(Flyway flyway) {
		MigrationInfo current = flyway.info().current();
		return (current != null) ? current.getVersion().getVersion() : "0";
	}

	private static SchemaException failure(FlywayException ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sql
					&& SchemaInspection.INSUFFICIENT_PRIVILEGE.equals(sql.getSQLState())) {
				return new SchemaException(Problem.NO_PRIVILEGE,
						"The database user may not change the schema 'ojs': " + sql.getMessage(), ex);
			}
		}
		return new SchemaException(Problem.FAILED, "The schema 'ojs' cannot be migrated: " + ex.getMessage(), ex);
	}

}
