package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ArgumentSchema;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The schemas of arguments.
 */
public final class Schemas {

	// Both the version and the URI may be taken.
	private static final String REGISTER = """
			INSERT INTO ojs.schema (created_at, precedence, type, version, uri, document)
			VALUES (clock_timestamp(), :precedence::int[], :type, :version, :uri, :document)
			ON CONFLICT DO NOTHING
			RETURNING type, version, uri, document, created_at
			""";

	private static final String SELECT = "SELECT type, version, uri, document, created_at FROM ojs.schema ";

	private final JdbcClient jdbc;

	Schemas(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Stores a schema.
	 * @param type the type of the jobs
	 * @param version its version
	 * @param precedence the numbers of the version, by which versions are ordered
	 * @param uri its name
	 * @param document the schema
	 * @return the schema; nothing if the version or the URI is taken
	 */
	public Optional<ArgumentSchema> register(String type, String version, List<Integer> precedence, String uri,
			String document) {
		return this.jdbc.sql(REGISTER)
			.param("precedence", SqlArrays.integers(precedence, (number) -> number))
			.param("type", type)
			.param("version", version)
			.param("uri", uri)
			.param("document", document)
			.query((row, number) -> schema(row))
			.optional();
	}

	/**
	 * Reads a schema.
	 * @param type the type of the jobs
	 * @param version the version; {@code null} for the highest
	 * @return the schema, or nothing
	 */
	public Optional<ArgumentSchema> find(String type, @Nullable String version) {
		return this.jdbc
			.sql(SELECT + "WHERE type = :type AND (:version::text IS NULL OR version = :version) "
					+ "ORDER BY precedence DESC LIMIT 1")
			.param("type", type)
			.param("version", version)
			.query((row, number) -> schema(row))
			.optional();
	}

	/**
	 * Reads schemas by their names.
	 * @param uris the names
	 * @return the schemas that exist, by name
	 */
	public Map<String, ArgumentSchema> find(Collection<String> uris) {
		Map<String, ArgumentSchema> found = new HashMap<>();
		this.jdbc.sql(SELECT + "WHERE uri = ANY (:uris::text[])")
			.param("uris", SqlArrays.texts(uris, (uri) -> uri))
			.query((row, number) -> schema(row))
			.list()
			.forEach((schema) -> found.put(schema.uri(), schema));
		return found;
	}

	/**
	 * Lists the versions of a type's schema.
	 * @param type the type of the jobs
	 * @return the schemas, the highest version first
	 */
	public List<ArgumentSchema> versions(String type) {
		return this.jdbc.sql(SELECT + "WHERE type = :type ORDER BY precedence DESC")
			.param("type", type)
			.query((row, number) -> schema(row))
			.list();
	}

	/**
	 * Lists all schemas.
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the schemas by type, the highest version first
	 */
	public List<ArgumentSchema> list(int limit, int offset) {
		return this.jdbc.sql(SELECT + "ORDER BY type, precedence DESC LIMIT :limit OFFSET :offset")
			.param("limit", limit)
			.param("offset", offset)
			.query((row, number) -> schema(row))
			.list();
	}

	/**
	 * Counts the schemas.
	 * @return how many there are
	 */
	public long count() {
		return this.jdbc.sql("SELECT count(*) FROM ojs.schema").query(Long.class).single();
	}

	/**
	 * Deletes a schema.
	 * @param type the type of the jobs
	 * @param version its version
	 * @return whether there was one
	 */
	public boolean delete(String type, String version) {
		return this.jdbc.sql("DELETE FROM ojs.schema WHERE type = :type AND version = :version")
			.param("type", type)
			.param("version", version)
			.update() > 0;
	}

	private static ArgumentSchema schema(ResultSet row) throws SQLException {
		return new ArgumentSchema(row.getString("type"), row.getString("version"), row.getString("uri"),
				row.getString("document"), Columns.required(row, "created_at"));
	}

}
