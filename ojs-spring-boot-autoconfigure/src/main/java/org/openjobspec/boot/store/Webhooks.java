package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Webhook;
import org.openjobspec.boot.store.EventLog.Position;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.SqlArrayValue;

/**
 * Subscriptions to events, and up to where events have been turned into deliveries.
 * Statements and transactions take the tables in the order webhook_cursor, webhook,
 * delivery, and before all others, as TRUNCATE does.
 */
public final class Webhooks {

	private static final String COLUMNS = "id, url, events, queues, job_types, active, metadata, created_at, updated_at";

	private static final String SELECT = "SELECT " + COLUMNS + " FROM ojs.webhook ";

	private static final String CREATE = """
			INSERT INTO ojs.webhook (id, created_at, updated_at, since, active, url, events, queues, job_types, secret,
			                         metadata)
			SELECT :id, t.now, t.now, t.now, coalesce(:active::boolean, true), :url, :events::text[],
			       coalesce(:queues::text[], '{}'), coalesce(:jobTypes::text[], '{}'), :secret,
			       coalesce(:metadata, '{}')
			FROM (SELECT clock_timestamp() AS now) t
			RETURNING\s""" + COLUMNS;

	private static final String UPDATE = """
			UPDATE ojs.webhook
			SET updated_at = clock_timestamp(),
			    since = CASE WHEN NOT active AND :active::boolean THEN clock_timestamp() ELSE since END,
			    active = coalesce(:active::boolean, active), url = coalesce(:url, url),
			    events = coalesce(:events::text[], events), queues = coalesce(:queues::text[], queues),
			    job_types = coalesce(:jobTypes::text[], job_types), metadata = coalesce(:metadata, metadata)
			WHERE id = :id
			RETURNING\s""" + COLUMNS;

	private static final String ROTATE = """
			UPDATE ojs.webhook
			SET updated_at = clock_timestamp(), former = secret, secret = :secret,
			    former_end = clock_timestamp() + :overlapMs * interval '1 millisecond'
			WHERE id = :id
			RETURNING\s""" + COLUMNS;

	// While nobody subscribes nobody moves the cursor. All transactions before this place
	// have ended, so what they have written has happened before.
	private static final String POSITION = """
			UPDATE ojs.webhook_cursor SET xid = pg_snapshot_xmin(pg_current_snapshot()), id = 0
			WHERE NOT EXISTS (SELECT 1 FROM ojs.webhook WHERE active)
			""";

	private static final String LOOK = """
			SELECT EXISTS (SELECT 1 FROM ojs.event e WHERE (e.xid, e.id) > (c.xid, c.id)
			               AND e.xid < pg_snapshot_xmin(pg_current_snapshot())) AS news,
			       (SELECT ceil(extract(epoch FROM min(d.next_at) - clock_timestamp()) * 1000)::int8
			        FROM ojs.webhook w
			        CROSS JOIN LATERAL (SELECT n.next_at FROM ojs.delivery n
			                            WHERE n.webhook_id = w.id AND n.next_at IS NOT NULL
			                            ORDER BY n.next_at LIMIT 1) d
			        WHERE w.active) AS due_ms
			FROM ojs.webhook_cursor c
			""";

	private final JdbcClient jdbc;

	Webhooks(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * What a subscription is to be. What is {@code null} stays as it is, or as it is by
	 * default.
	 *
	 * @param url where to send
	 * @param events types of events
	 * @param queues queues; empty for any
	 * @param jobTypes types of jobs; empty for any
	 * @param active whether events are delivered
	 * @param metadata a JSON object
	 */
	public record Values(@Nullable String url, @Nullable List<String> events, @Nullable List<String> queues,
			@Nullable List<String> jobTypes, @Nullable Boolean active, @Nullable String metadata) {
	}

	/**
	 * What there is to do.
	 *
	 * @param news whether there are events behind the cursor
	 * @param due until the next attempt of a delivery is due; {@code null} if none waits
	 */
	public record Look(boolean news, @Nullable Duration due) {

		/** Nobody has ever subscribed. */
		public static final Look NOTHING = new Look(false, null);

	}

	/**
	 * Who is told of events.
	 *
	 * @param webhook the subscription
	 * @param since since when
	 */
	public record Subscriber(Webhook webhook, Instant since) {
	}

	/**
	 * Locks the cursor until the end of the transaction, and moves it to the end of the
	 * events if nobody subscribes. To be called before a subscription is made or
	 * activated.
	 */
	public void position() {
		this.jdbc.sql("""
				INSERT INTO ojs.webhook_cursor (xid, id) VALUES (pg_snapshot_xmin(pg_current_snapshot()), 0)
				ON CONFLICT DO NOTHING
				""").update();
		// Apart, so that the next statement sees what whoever held the lock has done.
		this.jdbc.sql("SELECT 1 FROM ojs.webhook_cursor FOR UPDATE").query(Integer.class).list();
		this.jdbc.sql(POSITION).update();
	}

	/**
	 * Stores a subscription.
	 * @param id its id
	 * @param values what it is; {@code url} and {@code events} are required
	 * @param secret what its deliveries are signed with
	 * @return the subscription
	 */
	public Webhook create(UUID id, Values values, String secret) {
		return write(CREATE, id, values).param("secret", secret).query((row, number) -> webhook(row)).single();
	}

	/**
	 * Changes a subscription.
	 * @param id its id
	 * @param values what is to change
	 * @return the subscription as it is now, or nothing
	 */
	public Optional<Webhook> update(UUID id, Values values) {
		return write(UPDATE, id, values).query((row, number) -> webhook(row)).optional();
	}

	/**
	 * Gives a subscription another secret. The one before signs as well for some time.
	 * @param id its id
	 * @param secret the secret
	 * @param overlap for how long the one before signs
	 * @return the subscription, or nothing
	 */
	public Optional<Webhook> rotate(UUID id, String secret, Duration overlap) {
		return this.jdbc.sql(ROTATE)
			.param("id", id)
			.param("secret", secret)
			.param("overlapMs", overlap.toMillis())
			.query((row, number) -> webhook(row))
			.optional();
	}

	/**
	 * Forgets secrets that sign no more.
	 * @return how many
	 */
	public int forgetSecrets() {
		return this.jdbc.sql("""
				UPDATE ojs.webhook SET former = NULL, former_end = NULL WHERE former_end < statement_timestamp()
				""").update();
	}

	private JdbcClient.StatementSpec write(String statement, UUID id, Values values) {
		return this.jdbc.sql(statement)
			.param("id", id)
			.param("url", values.url())
			.param("events", texts(values.events()))
			.param("queues", texts(values.queues()))
			.param("jobTypes", texts(values.jobTypes()))
			.param("active", values.active())
			.param("metadata", values.metadata());
	}

	private static @Nullable SqlArrayValue texts(@Nullable List<String> texts) {
		return (texts != null) ? SqlArrays.texts(texts, (text) -> text) : null;
	}

	/**
	 * Reads a subscription.
	 * @param id its id
	 * @return the subscription, or nothing
	 */
	public Optional<Webhook> find(UUID id) {
		return this.jdbc.sql(SELECT + "WHERE id = :id").param("id", id).query((row, number) -> webhook(row)).optional();
	}

	/**
	 * Lists subscriptions.
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the subscriptions, the oldest first
	 */
	public List<Webhook> list(int limit, int offset) {
		return this.jdbc.sql(SELECT + "ORDER BY created_at, id LIMIT :limit OFFSET :offset")
			.param("limit", limit)
			.param("offset", offset)
			.query((row, number) -> webhook(row))
			.list();
	}

	/**
	 * Counts the subscriptions.
	 * @return how many there are
	 */
	public long count() {
		return this.jdbc.sql("SELECT count(*) FROM ojs.webhook").query(Long.class).single();
	}

	/**
	 * Deletes a subscription, once nobody makes deliveries for it.
	 * @param id its id
	 * @return whether there was one
	 */
	public boolean delete(UUID id) {
		return this.jdbc.sql("DELETE FROM ojs.webhook WHERE id = :id").param("id", id).update() > 0;
	}

	/**
	 * Looks what there is to do.
	 * @return what there is
	 */
	public Look look() {
		return this.jdbc.sql(LOOK)
			.query((row, number) -> new Look(row.getBoolean("news"), Columns.millis(row, "due_ms")))
			.optional()
			.orElse(Look.NOTHING);
	}

	/**
	 * Locks the cursor until the end of the transaction.
	 * @return the last event that was looked at; nothing if somebody else has the lock
	 */
	public Optional<Position> lockCursor() {
		return this.jdbc.sql("SELECT xid::text AS xid, id FROM ojs.webhook_cursor FOR UPDATE SKIP LOCKED")
			.query((row, number) -> new Position(row.getString("xid"), row.getLong("id"), Position.LAST))
			.optional();
	}

	/**
	 * Moves the cursor on. Its commit must wait for the disk: a crash of the server would
	 * otherwise give the numbers of transactions that were read away again.
	 * @param position the last event that was looked at
	 */
	public void advance(Position position) {
		this.jdbc.sql("SET LOCAL synchronous_commit = on").update();
		this.jdbc.sql("UPDATE ojs.webhook_cursor SET xid = :xid::text::xid8, id = :id")
			.param("xid", position.xid())
			.param("id", position.id())
			.update();
	}

	/**
	 * Reads who is to be told, and keeps them from being deleted until the end of the
	 * transaction.
	 * @return the active subscriptions
	 */
	public List<Subscriber> subscribers() {
		return this.jdbc.sql("SELECT " + COLUMNS + ", since FROM ojs.webhook WHERE active ORDER BY id FOR KEY SHARE")
			.query((row, number) -> new Subscriber(webhook(row), Columns.required(row, "since")))
			.list();
	}

	private static Webhook webhook(ResultSet row) throws SQLException {
		return new Webhook(row.getObject("id", UUID.class), row.getString("url"), texts(row, "events"),
				texts(row, "queues"), texts(row, "job_types"), row.getBoolean("active"), row.getString("metadata"),
				Columns.required(row, "created_at"), Columns.required(row, "updated_at"));
	}

	private static List<String> texts(ResultSet row, String column) throws SQLException {
		return List.of((String[]) row.getArray(column).getArray());
	}

}
