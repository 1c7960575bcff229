package org.openjobspec.boot.store;

import java.sql.SQLException;
import java.util.function.Supplier;

import javax.sql.DataSource;

import org.openjobspec.boot.store.SchemaException.Problem;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks at the database before Flyway does, and after {@link MigrationHistory}, which has
 * found it to be one that can be used.
 */
final class SchemaInspection {

	static final String SCHEMA = "ojs";

	static final String HISTORY = "flyway_schema_history";

	static final String INSUFFICIENT_PRIVILEGE = "42501";

	// Any number that no other application takes: "ojs" and "sch" in ASCII.
	private static final long LOCK = 0x6f6a73_736368L;

	// The catalog answers also where the user has no right to look into the schema.
	private static final String STATE = """
			SELECT n.oid IS NOT NULL AS exists,
			       coalesce(has_schema_privilege(n.oid, 'CREATE'), false) AS creatable,
			       coalesce(c.history, false) AS history,
			       coalesce(c.populated, false) AS populated,
			       obj_description(n.oid, 'pg_namespace') AS comment
			FROM (SELECT to_regnamespace(:schema)::oid AS oid) n
			LEFT JOIN LATERAL (
			    SELECT bool_or(relname = :history) AS history, bool_or(relname <> :history) AS populated
			    FROM pg_class WHERE relnamespace = n.oid AND relkind IN ('r', 'p', 'v', 'm', 'f')) c ON true
			""";

	private final JdbcClient jdbc;

	private final TransactionTemplate transaction;

	SchemaInspection(DataSource dataSource) {
		this.jdbc = JdbcClient.create(dataSource);
		this.transaction = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
	}

	/**
	 * Tells what is there.
	 * @return the state
	 * @throws SchemaException if the database cannot be examined
	 */
	SchemaState inspect() {
		return inTransaction(this::state);
	}

	/**
	 * Creates the schema unless it exists.
	 * @return what was there before, or an empty schema
	 * @throws SchemaException if it cannot be created
	 */
	SchemaState createSchema() {
		return inTransaction(() -> {
			SchemaState state = state();
			if (!state.exists()) {
				// Two nodes that create it at once would make one of them fail, IF NOT
				// EXISTS notwithstanding. Ends with the transaction, so that it works
				// through a pooler.
				this.jdbc.sql("SELECT pg_advisory_xact_lock(:lock)").param("lock", LOCK).query().listOfRows();
				state = state();
			}
			if (!state.exists()) {
				this.jdbc.sql("CREATE SCHEMA " + SCHEMA).update();
				state = state();
			}
			if (!state.creatable() && !state.populated()) {
				throw new SchemaException(Problem.NO_PRIVILEGE,
						"The database user may not create tables in the schema 'ojs'.", null);
			}
			return state;
		});
	}

	private SchemaState state() {
		return this.jdbc.sql(STATE)
			.param("schema", SCHEMA)
			.param("history", HISTORY)
			.query((row, number) -> new SchemaState(row.getBoolean("exists"), row.getBoolean("creatable"),
					row.getBoolean("history"), row.getBoolean("populated"), row.getString("comment")))
			.single();
	}

	private SchemaState inTransaction(Supplier<SchemaState> work) {
		try {
			return this.transaction.execute((status) -> work.get());
		}
		// The latter also if a connection has just broken.
		catch (CannotCreateTransactionException | DataAccessResourceFailureException ex) {
			throw PostgresCheck.unreachable(ex);
		}
		catch (DataAccessException ex) {
			if (ex.getMostSpecificCause() instanceof SQLException sql
					&& INSUFFICIENT_PRIVILEGE.equals(sql.getSQLState())) {
				throw new SchemaException(Problem.NO_PRIVILEGE,
						"The database user may not create the schema 'ojs': " + sql.getMessage(), ex);
			}
			throw new SchemaException(Problem.FAILED, "The database cannot be examined: " + ex.getMessage(), ex);
		}
	}

}
