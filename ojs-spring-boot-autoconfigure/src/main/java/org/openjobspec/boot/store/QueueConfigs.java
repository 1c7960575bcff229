package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.Collection;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.QueueSettings;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What is set for queues: what calls say, and what applications declare.
 */
public final class QueueConfigs {

	// Bounds that nodes of an earlier version have set have no row of their own.
	private static final String ALL = """
			SELECT coalesce(c.name, q.name) AS name, c.config, c.declared, q.max_depth, c.updated_at
			FROM ojs.queue_config c FULL JOIN ojs.queue q ON q.name = c.name
			WHERE c.name IS NOT NULL OR q.max_depth IS NOT NULL
			""";

	private final JdbcClient jdbc;

	QueueConfigs(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * What is set for a queue.
	 *
	 * @param name the queue
	 * @param stored what calls have set
	 * @param declared what properties say
	 * @param maxDepth the bound as nodes of an earlier version know it
	 * @param updatedAt when it was last changed; {@code null} if never since this version
	 */
	public record Entry(String name, QueueSettings stored, QueueSettings declared, @Nullable Integer maxDepth,
			@Nullable Instant updatedAt) {

		/**
		 * What holds for this queue by its own.
		 * @return both words
		 */
		public QueueSettings words() {
			return this.stored.or(this.declared);
		}

		/**
		 * What holds for this queue by its own, with the bound that is enforced: a node
		 * of an earlier version writes it where it looks for it.
		 * @return both words, and the bound
		 */
		public QueueSettings inForce() {
			return (this.maxDepth != null) ? words().toBuilder().maxDepth(this.maxDepth).build() : words();
		}

	}

	/**
	 * Reads everything; there is a row for each queue for which something is set.
	 * @return what is set
	 */
	public List<Entry> all() {
		return this.jdbc.sql(ALL).query(QueueConfigs::entry).list();
	}

	/**
	 * Reads what is set for a queue, and locks it until the transaction ends: of two who
	 * change different things, the later one must see what the earlier one has set.
	 * @param name the queue
	 * @return what is set
	 */
	public Entry lock(String name) {
		this.jdbc.sql("""
				INSERT INTO ojs.queue_config (name, updated_at) VALUES (:name, clock_timestamp())
				ON CONFLICT (name) DO NOTHING
				""").param("name", name).update();
		return this.jdbc.sql("""
				SELECT c.name, c.config, c.declared, c.updated_at,
				       (SELECT max_depth FROM ojs.queue WHERE name = :name) AS max_depth
				FROM ojs.queue_config c WHERE c.name = :name FOR UPDATE OF c
				""").param("name", name).query(QueueConfigs::entry).single();
	}

	private static Entry entry(ResultSet row, int number) throws SQLException {
		return new Entry(row.getString("name"), QueueSettingsCodec.read(row.getString("config")),
				QueueSettingsCodec.read(row.getString("declared")), row.getObject("max_depth", Integer.class),
				Columns.instant(row, "updated_at"));
	}

	/**
	 * Keeps what a call sets for a queue that is locked.
	 * @param name the queue
	 * @param settings all that calls have set
	 */
	public void store(String name, QueueSettings settings) {
		this.jdbc.sql("UPDATE ojs.queue_config SET config = :config, updated_at = clock_timestamp() WHERE name = :name")
			.param("name", name)
			.param("config", QueueSettingsCodec.write(settings), Types.VARCHAR)
			.update();
	}

	/**
	 * Keeps what an application declares for a queue that is locked.
	 * @param name the queue
	 * @param settings all that it declares
	 * @param owner the application; {@code null} if none declares anything any more
	 */
	public void declare(String name, QueueSettings settings, @Nullable String owner) {
		this.jdbc.sql("""
				UPDATE ojs.queue_config SET declared = :declared, owner = :owner, updated_at = clock_timestamp()
				WHERE name = :name
				""")
			.param("name", name)
			.param("declared", QueueSettingsCodec.write(settings), Types.VARCHAR)
			.param("owner", owner, Types.VARCHAR)
			.update();
	}

	/**
	 * Which queues an application has declared something for and does so no longer.
	 * @param owner the application
	 * @param still the queues for which it does
	 * @return the others
	 */
	public List<String> undeclared(String owner, Collection<String> still) {
		return this.jdbc.sql("""
				SELECT name FROM ojs.queue_config WHERE owner = :owner AND NOT name = ANY (:still::text[]) ORDER BY name
				""")
			.param("owner", owner)
			.param("still", SqlArrays.texts(still, (queue) -> queue))
			.query(String.class)
			.list();
	}

}
