package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.WebhookDelivery;
import org.openjobspec.boot.job.WebhookDelivery.State;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Events on their way to subscriptions.
 */
public final class Deliveries {

	private static final String INSERT = """
			INSERT INTO ojs.delivery (id, webhook_id, created_at, next_at, attempt, event_id, event_type, body)
			SELECT i.id, i.webhook_id, t.now, t.now, 0, i.event_id, i.event_type, i.body
			FROM unnest(:ids::uuid[], :webhooks::uuid[], :eventIds::text[], :eventTypes::text[], :bodies::text[])
			     WITH ORDINALITY AS i (id, webhook_id, event_id, event_type, body, ord)
			CROSS JOIN (SELECT clock_timestamp() AS now) t
			ORDER BY i.ord
			""";

	// With which a subscription's deliveries are signed now, the present one first.
	private static final String SECRETS = """
			array_remove(ARRAY[w.secret, CASE WHEN w.former_end > statement_timestamp() THEN w.former END], NULL)
			    AS secrets
			""";

	// A few of each subscription, so that one that is slow does not take all threads. The
	// lease is the time at which the next one may try.
	private static final String CLAIM = """
			WITH due AS MATERIALIZED (
			    SELECT d.id, w.url, %s
			    FROM ojs.webhook w
			    LEFT JOIN unnest(:webhooks::uuid[], :shares::int4[]) AS s (webhook_id, share) ON s.webhook_id = w.id
			    CROSS JOIN LATERAL (
			        SELECT n.id, n.next_at FROM ojs.delivery n
			        WHERE n.webhook_id = w.id AND n.next_at <= statement_timestamp()
			        ORDER BY n.next_at LIMIT coalesce(s.share, :share) FOR UPDATE SKIP LOCKED) d
			    WHERE w.active
			    ORDER BY d.next_at LIMIT :limit
			)
			UPDATE ojs.delivery d
			SET attempt = d.attempt + 1, claimed_at = clock_timestamp(),
			    next_at = clock_timestamp() + :leaseMs * interval '1 millisecond'
			FROM due WHERE d.id = due.id
			RETURNING d.id, d.webhook_id, d.event_type, d.body, d.attempt, d.claimed_at, due.url, due.secrets
			""".formatted(SECRETS);

	// The subscription is kept from being deleted before its delivery is there.
	private static final String START = """
			WITH target AS (SELECT w.id, w.url, %s FROM ojs.webhook w WHERE w.id = :webhook FOR KEY SHARE),
			started AS (
			    INSERT INTO ojs.delivery (id, webhook_id, created_at, next_at, claimed_at, attempt, event_id, event_type,
			                              body)
			    SELECT :id, target.id, t.now, t.now + :leaseMs * interval '1 millisecond', t.now, 1, :eventId, :eventType,
			           :body
			    FROM target CROSS JOIN (SELECT clock_timestamp() AS now) t
			    RETURNING id, webhook_id, event_type, body, attempt, claimed_at
			)
			SELECT s.*, target.url, target.secrets FROM started s CROSS JOIN target
			"""
		.formatted(SECRETS);

	private static final String FINISH = """
			UPDATE ojs.delivery
			SET next_at = clock_timestamp() + :delayMs::int8 * interval '1 millisecond',
			    ended_at = CASE WHEN :delayMs::int8 IS NULL THEN clock_timestamp() END,
			    delivered = :delivered, status = :status::int4, error = :error, duration_ms = :tookMs
			WHERE id = :id AND claimed_at = :claimedAt::timestamptz AND next_at IS NOT NULL
			""";

	private static final String SELECT = """
			SELECT id, webhook_id, event_id, event_type, attempt, next_at, ended_at, delivered, status, error, duration_ms,
			       body, created_at
			FROM ojs.delivery
			""";

	private static final String RETRY = """
			UPDATE ojs.delivery
			SET next_at = clock_timestamp(), ended_at = NULL, delivered = false, attempt = 0
			WHERE id = :id AND ended_at IS NOT NULL
			""";

	private final JdbcClient jdbc;

	Deliveries(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * An event for a subscription.
	 *
	 * @param id the delivery
	 * @param webhookId the subscription
	 * @param eventId the event
	 * @param eventType its type
	 * @param body what is to be sent
	 */
	public record NewDelivery(UUID id, UUID webhookId, String eventId, String eventType, String body) {
	}

	/**
	 * A delivery that the caller is to send.
	 *
	 * @param id the delivery
	 * @param webhookId the subscription
	 * @param eventType the event's type
	 * @param body what is to be sent
	 * @param attempt which attempt this is, from 1
	 * @param claimedAt when it began, by the database's clock
	 * @param url where to send
	 * @param secrets what to sign with, the present secret first
	 */
	public record Claimed(UUID id, UUID webhookId, String eventType, String body, int attempt, Instant claimedAt,
			String url, List<String> secrets) {

		/** Without the secrets, as it may get into a log. */
		@Override
		public String toString() {
			return "delivery %s of %s, attempt %d".formatted(this.id, this.webhookId, this.attempt);
		}

	}

	/**
	 * How an attempt has ended.
	 *
	 * @param delivered whether it has succeeded
	 * @param retryIn after which time to try again; {@code null} for never
	 * @param status the HTTP status; {@code null} if none came
	 * @param error why it failed; {@code null} if it did not
	 * @param took how long it took
	 */
	public record Ending(boolean delivered, @Nullable Duration retryIn, @Nullable Integer status,
			@Nullable String error, Duration took) {
	}

	/**
	 * Stores deliveries that are due at once.
	 * @param deliveries the deliveries
	 */
	public void insert(List<NewDelivery> deliveries) {
		this.jdbc.sql(INSERT)
			.param("ids", SqlArrays.uuids(deliveries, NewDelivery::id))
			.param("webhooks", SqlArrays.uuids(deliveries, NewDelivery::webhookId))
			.param("eventIds", SqlArrays.texts(deliveries, NewDelivery::eventId))
			.param("eventTypes", SqlArrays.texts(deliveries, NewDelivery::eventType))
			.param("bodies", SqlArrays.texts(deliveries, NewDelivery::body))
			.update();
	}

	/**
	 * Claims deliveries that are due.
	 * @param limit how many at most
	 * @param share how many at most of one subscription
	 * @param shares how many at most of those for which it is another number
	 * @param lease after which time somebody else may send them
	 * @return the deliveries
	 */
	public List<Claimed> claim(int limit, int share, Map<UUID, Integer> shares, Duration lease) {
		List<Map.Entry<UUID, Integer>> others = List.copyOf(shares.entrySet());
		return this.jdbc.sql(CLAIM)
			.param("limit", limit)
			.param("share", share)
			.param("webhooks", SqlArrays.uuids(others, Map.Entry::getKey))
			.param("shares", SqlArrays.integers(others, Map.Entry::getValue))
			.param("leaseMs", lease.toMillis())
			.query((row, number) -> claimed(row))
			.list();
	}

	/**
	 * Stores a delivery that the caller sends itself, whether the subscription is active
	 * or not.
	 * @param delivery the delivery
	 * @param lease after which time somebody else may send it
	 * @return the delivery; nothing if there is no such subscription
	 */
	public Optional<Claimed> start(NewDelivery delivery, Duration lease) {
		return this.jdbc.sql(START)
			.param("webhook", delivery.webhookId())
			.param("id", delivery.id())
			.param("eventId", delivery.eventId())
			.param("eventType", delivery.eventType())
			.param("body", delivery.body())
			.param("leaseMs", lease.toMillis())
			.query((row, number) -> claimed(row))
			.optional();
	}

	private static Claimed claimed(ResultSet row) throws SQLException {
		return new Claimed(row.getObject("id", UUID.class), row.getObject("webhook_id", UUID.class),
				row.getString("event_type"), row.getString("body"), row.getInt("attempt"),
				Columns.required(row, "claimed_at"), row.getString("url"),
				List.of((String[]) row.getArray("secrets").getArray()));
	}

	/**
	 * Ends an attempt, unless somebody else has begun another.
	 * @param claimed the delivery as it was claimed
	 * @param ending how it has ended
	 * @return whether this attempt was still the last
	 */
	public boolean finish(Claimed claimed, Ending ending) {
		return this.jdbc.sql(FINISH)
			.param("id", claimed.id())
			.param("claimedAt", SqlArrays.text(claimed.claimedAt()))
			.param("delayMs", (ending.retryIn() != null) ? ending.retryIn().toMillis() : null)
			.param("delivered", ending.delivered())
			.param("status", ending.status())
			.param("error", ending.error())
			.param("tookMs", ending.took().toMillis())
			.update() > 0;
	}

	/**
	 * Reads a delivery.
	 * @param id its id
	 * @return the delivery, or nothing
	 */
	public Optional<WebhookDelivery> find(UUID id) {
		return this.jdbc.sql(SELECT + "WHERE id = :id")
			.param("id", id)
			.query((row, number) -> delivery(row))
			.optional();
	}

	/**
	 * Lists deliveries.
	 * @param webhookId only of this subscription; {@code null} for all
	 * @param state only in this state; {@code null} for any
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the deliveries, the newest first
	 */
	public List<WebhookDelivery> list(@Nullable UUID webhookId, @Nullable State state, int limit, int offset) {
		return this.jdbc
			.sql(SELECT
					+ """
							WHERE (:webhook::uuid IS NULL OR webhook_id = :webhook)
							  AND (:state::text IS NULL
							       OR CASE WHEN ended_at IS NULL THEN 'PENDING' WHEN delivered THEN 'DELIVERED' ELSE 'DEAD' END = :state)
							ORDER BY created_at DESC, id DESC LIMIT :limit OFFSET :offset
							""")
			.param("webhook", webhookId)
			.param("state", (state != null) ? state.name() : null)
			.param("limit", limit)
			.param("offset", offset)
			.query((row, number) -> delivery(row))
			.list();
	}

	/**
	 * Makes a delivery that has ended due again, with attempt 0.
	 * @param id its id
	 * @return whether it had ended
	 */
	public boolean retry(UUID id) {
		return this.jdbc.sql(RETRY).param("id", id).update() > 0;
	}

	/**
	 * Deletes all deliveries of a subscription.
	 * @param webhookId the subscription
	 */
	public void deleteAll(UUID webhookId) {
		this.jdbc.sql("DELETE FROM ojs.delivery WHERE webhook_id = :webhook").param("webhook", webhookId).update();
	}

	/**
	 * Deletes old deliveries, whatever became of them.
	 * @param age how old
	 * @param limit how many at most
	 * @return how many were deleted
	 */
	public int prune(Duration age, int limit) {
		return this.jdbc.sql("""
				DELETE FROM ojs.delivery WHERE id = ANY (ARRAY(
				    SELECT id FROM ojs.delivery
				    WHERE created_at < statement_timestamp() - :ms * interval '1 millisecond'
				    ORDER BY created_at LIMIT :limit FOR UPDATE SKIP LOCKED))
				""").param("ms", age.toMillis()).param("limit", limit).update();
	}

	private static WebhookDelivery delivery(ResultSet row) throws SQLException {
		Instant endedAt = Columns.instant(row, "ended_at");
		State state = (endedAt == null) ? State.PENDING : row.getBoolean("delivered") ? State.DELIVERED : State.DEAD;
		return new WebhookDelivery(row.getObject("id", UUID.class), row.getObject("webhook_id", UUID.class),
				row.getString("event_id"), row.getString("event_type"), state, row.getInt("attempt"),
				Columns.instant(row, "next_at"), row.getObject("status", Integer.class), row.getString("error"),
				Columns.millis(row, "duration_ms"), row.getString("body"), Columns.required(row, "created_at"),
				endedAt);
	}

}
