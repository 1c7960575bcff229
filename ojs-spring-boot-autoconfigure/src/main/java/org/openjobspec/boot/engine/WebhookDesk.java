package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.Webhook;
import org.openjobspec.boot.job.WebhookDelivery;
import org.openjobspec.boot.store.Deliveries.Claimed;
import org.openjobspec.boot.store.Deliveries.NewDelivery;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.Webhooks;

/**
 * Keeps subscriptions to events and shows their deliveries (ojs-webhooks).
 */
public final class WebhookDesk {

	/** What stands before the id of a subscription, for whoever sees it outside. */
	public static final String PREFIX = "sub_";

	/** What stands before the id of a delivery. */
	public static final String DELIVERY_PREFIX = "del_";

	private static final String TEST = "webhook.test";

	/** How long a secret signs beside the one that has replaced it (ojs-webhooks 8.3). */
	private static final Duration OVERLAP = Duration.ofHours(24);

	private final Store store;

	private final boolean enabled;

	private final WebhookRules rules;

	private final WebhookSender sender;

	private final WebhookDispatcher dispatcher;

	private final DueTimes maintenance;

	WebhookDesk(Store store, EngineSettings settings, DueTimes maintenance) {
		this.store = store;
		this.enabled = settings.webhooks().enabled();
		WebhookTargets targets = new WebhookTargets(settings.webhooks());
		this.rules = new WebhookRules(targets);
		this.sender = new WebhookSender(store, settings.webhooks(), targets);
		this.dispatcher = new WebhookDispatcher(store, settings, this.sender);
		this.maintenance = maintenance;
	}

	WebhookDispatcher dispatcher() {
		return this.dispatcher;
	}

	/**
	 * What a subscription is to be. What is {@code null} stays as it is, or as it is by
	 * default.
	 *
	 * @param url where to send, at most 2048 characters
	 * @param events 1 to 100 types of events; a trailing {@code *} makes a prefix
	 * @param queues at most 100 queues; empty for any
	 * @param jobTypes at most 100 types of jobs; empty for any
	 * @param active whether events are delivered (default {@code true})
	 * @param metadata a JSON object, at most 16,384 characters
	 */
	public record Change(@Nullable String url, @Nullable List<String> events, @Nullable List<String> queues,
			@Nullable List<String> jobTypes, @Nullable Boolean active, @Nullable String metadata) {
	}

	/**
	 * A subscription with its secret, which is shown this once.
	 *
	 * @param webhook the subscription
	 * @param secret what its deliveries are signed with
	 */
	public record Issued(Webhook webhook, String secret) {

		/** Without the secret, as it may get into a log. */
		@Override
		public String toString() {
			return this.webhook.toString();
		}

	}

	/**
	 * How a test has ended.
	 *
	 * @param deliveryId the delivery
	 * @param delivered whether the subscriber has answered with 2xx
	 * @param status the HTTP status; {@code null} if none came
	 * @param error what went wrong; {@code null} if nothing did
	 * @param answer the beginning of what the subscriber has answered, at most 1024
	 * bytes; {@code null} if no answer came
	 * @param took how long it took
	 */
	public record Tested(UUID deliveryId, boolean delivered, @Nullable Integer status, @Nullable String error,
			@Nullable String answer, Duration took) {
	}

	/**
	 * Whether this node offers webhooks and delivers.
	 * @return whether it does
	 */
	public boolean enabled() {
		return this.enabled;
	}

	/**
	 * Subscribes. Events that happen from now on are delivered.
	 * @param change what is asked for; URL and events are required
	 * @param secret what to sign with, 16 to 255 visible characters of ASCII;
	 * {@code null} to make one
	 * @return the subscription
	 * @throws InvalidRequestException if it breaks a rule
	 */
	public Issued create(Change change, @Nullable String secret) {
		if (change.url() == null) {
			throw InvalidRequestException.field("url", "url is required");
		}
		if (change.events() == null) {
			throw InvalidRequestException.field("events", "events is required");
		}
		UUID id = UuidV7.next();
		String key = this.rules.secret(secret);
		Webhooks.Values values = this.rules.check(change);
		Webhook webhook = write("create", id, () -> {
			this.store.webhooks().position();
			return this.store.webhooks().create(id, values, key);
		});
		return new Issued(webhook, key);
	}

	/**
	 * Changes a subscription. What has become a delivery already is sent to where the
	 * subscription leads at the time of the attempt.
	 * @param id its id
	 * @param change what is to change
	 * @return the subscription as it is now
	 * @throws NotFoundException if there is none
	 * @throws InvalidRequestException if the change breaks a rule
	 */
	public Webhook update(UUID id, Change change) {
		Webhooks.Values values = this.rules.check(change);
		return write("update", id, () -> {
			if (Boolean.TRUE.equals(change.active())) {
				this.store.webhooks().position();
			}
			return this.store.webhooks().update(id, values);
		}).orElseThrow(() -> unknown(id));
	}

	/**
	 * Gives a subscription another secret. For 24 hours everything is signed with the one
	 * before as well, and then with the new one alone.
	 * @param id its id
	 * @param secret the secret; {@code null} to make one
	 * @return the subscription
	 * @throws NotFoundException if there is none
	 * @throws InvalidRequestException if the secret breaks a rule
	 */
	public Issued rotate(UUID id, @Nullable String secret) {
		String key = this.rules.secret(secret);
		return write("rotate the secret of", id, () -> this.store.webhooks().rotate(id, key, OVERLAP))
			.map((webhook) -> new Issued(webhook, key))
			.orElseThrow(() -> unknown(id));
	}

	private <T> T write(String verb, UUID id, Supplier<T> work) {
		T result = this.store.transactions().writeAtomically(verb + " webhook", PREFIX + id, work);
		this.store.transactions().afterCommit(() -> {
			this.maintenance.dueIn(Duration.ZERO);
			this.dispatcher.poke();
		});
		return result;
	}

	/**
	 * Reads a subscription.
	 * @param id its id
	 * @return the subscription
	 * @throws NotFoundException if there is none
	 */
	public Webhook read(UUID id) {
		return this.store.webhooks().find(id).orElseThrow(() -> unknown(id));
	}

	/**
	 * Lists subscriptions.
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the subscriptions, the oldest first
	 */
	public Page<Webhook> list(int limit, int offset) {
		return new Page<>(this.store.webhooks().list(limit, offset), this.store.webhooks().count(), limit, offset);
	}

	/**
	 * Deletes a subscription with its deliveries.
	 * @param id its id
	 * @throws NotFoundException if there is none
	 */
	public void delete(UUID id) {
		boolean deleted = write("delete", id, () -> {
			boolean found = this.store.webhooks().delete(id);
			this.store.deliveries().deleteAll(id);
			return found;
		});
		if (!deleted) {
			throw unknown(id);
		}
	}

	/**
	 * Sends an event of type {@code webhook.test} at once, and waits for the answer. One
	 * attempt, also to a subscription that is not active.
	 * @param id the subscription
	 * @return how it has ended
	 * @throws NotFoundException if there is no such subscription
	 */
	public Tested test(UUID id) {
		UUID deliveryId = UuidV7.next();
		String eventId = "evt_" + deliveryId;
		String body = EventEnvelope
			.json(EventEnvelope.of(eventId, TEST, Instant.now(), PREFIX + id, Map.of("subscription_id", PREFIX + id)));
		Claimed started = this.store.transactions()
			.separately(() -> this.store.deliveries()
				.start(new NewDelivery(deliveryId, id, eventId, TEST, body), this.sender.lease()))
			.orElseThrow(() -> unknown(id));
		WebhookClient.Reply reply = this.sender.send(started, false);
		return new Tested(deliveryId, reply.error() == null, reply.status(), reply.error(), reply.answer(),
				reply.took());
	}

	/**
	 * Lists deliveries. They are kept for {@code ojs.webhooks.retention}.
	 * @param webhookId only of this subscription; {@code null} for all
	 * @param state only in this state; {@code null} for any
	 * @param limit how many at most
	 * @param offset how many to pass over
	 * @return the deliveries, the newest first
	 */
	public List<WebhookDelivery> deliveries(@Nullable UUID webhookId, WebhookDelivery.@Nullable State state, int limit,
			int offset) {
		return this.store.deliveries().list(webhookId, state, limit, offset);
	}

	/**
	 * Reads a delivery.
	 * @param id its id
	 * @return the delivery
	 * @throws NotFoundException if there is none
	 */
	public WebhookDelivery delivery(UUID id) {
		return this.store.deliveries().find(id).orElseThrow(() -> unknownDelivery(id));
	}

	/**
	 * Sends a delivery that has ended again, with a new series of attempts.
	 * @param id its id
	 * @return the delivery as it is now
	 * @throws NotFoundException if there is none
	 * @throws ConflictException if it has not ended
	 */
	public WebhookDelivery retry(UUID id) {
		boolean due = this.store.transactions()
			.writeOnce("retry delivery", DELIVERY_PREFIX + id, () -> this.store.deliveries().retry(id));
		this.store.transactions().afterCommit(this.dispatcher::poke);
		Optional<WebhookDelivery> delivery = this.store.deliveries().find(id);
		if (!due && delivery.isPresent()) {
			throw ConflictException.delivery(DELIVERY_PREFIX + id);
		}
		return delivery.orElseThrow(() -> unknownDelivery(id));
	}

	private static NotFoundException unknown(UUID id) {
		return new NotFoundException("webhook subscription", PREFIX + id);
	}

	private static NotFoundException unknownDelivery(UUID id) {
		return new NotFoundException("webhook delivery", DELIVERY_PREFIX + id);
	}

}
