package org.openjobspec.boot.autoconfigure;

import org.openjobspec.boot.store.SchemaException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells the user how the database gets what the backend needs.
 */
final class SchemaFailureAnalyzer extends AbstractFailureAnalyzer<SchemaException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SchemaException cause) {
		return new FailureAnalysis(cause.getMessage(),
				action(cause.problem()) + System.lineSeparator() + "See docs/schema.md.", cause);
	}

	private static String action(SchemaException.Problem problem) {
		return switch (problem) {
			case UNREACHABLE ->
				"Start the database, or correct 'spring.datasource.url', 'spring.datasource.username' and 'spring.datasource.password'.";
			case WRONG_DATABASE ->
				"Use a PostgreSQL, 14 or later. If the application's own database is another one, define a second DataSource for the jobs and mark it with @OjsDataSource.";
			case DATABASE_TOO_OLD -> "Upgrade the server to PostgreSQL 14 or later.";
			case ABSENT, OUTDATED ->
				"Set 'ojs.schema.management=migrate', or run the files of db/ that are missing and set 'ojs.schema.management=none'.";
			case NO_HISTORY ->
				"Set 'ojs.schema.management=migrate' to adopt the tables as they are, or 'none' if another tool looks after them.";
			case NEWER ->
				"Use the version of this library that migrated the database, or a later one; schemas are never downgraded. While nodes are being replaced, 'ojs.schema.management=none' lets an older one start at your own risk.";
			case FOREIGN -> """
					Rename the other schema, for example with
						ALTER SCHEMA ojs RENAME TO ojs_before;
					or define a DataSource for another database and mark it with @OjsDataSource.""";
			case NO_PRIVILEGE -> """
					Let an administrator run
						CREATE SCHEMA ojs AUTHORIZATION <the application's user>;
					or run the files of db/ as another user and set 'ojs.schema.management=none'.""";
			case FAILED ->
				"Mend what the message says and start again; a migration that fails leaves the schema as it was.";
		};
	}

}
