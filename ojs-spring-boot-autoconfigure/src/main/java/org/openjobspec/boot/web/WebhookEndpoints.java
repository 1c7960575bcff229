package org.openjobspec.boot.web;

import java.util.Arrays;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.Page;
import org.openjobspec.boot.engine.WebhookDesk;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.Webhook;
import org.openjobspec.boot.job.WebhookDelivery;
import tools.jackson.core.JsonGenerator;

/**
 * Subscriptions to events, and their deliveries (ojs-webhooks).
 */
final class WebhookEndpoints {

	private static final String SUBSCRIPTION = "webhook subscription";

	private static final String DELIVERY = "webhook delivery";

	private final WebhookDesk desk;

	WebhookEndpoints(WebhookDesk desk) {
		this.desk = desk;
	}

	List<Route> routes() {
		return List.of(new Route("POST", "/webhooks/subscriptions", this::create),
				new Route("GET", "/webhooks/subscriptions", this::list),
				new Route("GET", "/webhooks/subscriptions/{id}",
						(call) -> subscription(200, this.desk.read(id(call)), null)),
				new Route("PATCH", "/webhooks/subscriptions/{id}", this::update),
				// The admin UI's method for the same.
				new Route("PUT", "/webhooks/subscriptions/{id}", this::update),
				new Route("DELETE", "/webhooks/subscriptions/{id}", this::delete),
				new Route("POST", "/webhooks/subscriptions/{id}/test", this::test),
				new Route("POST", "/webhooks/subscriptions/{id}/rotate-secret", this::rotate),
				new Route("GET", "/webhooks/deliveries", this::deliveries),
				new Route("GET", "/webhooks/deliveries/{id}", (call) -> delivery(this.desk.delivery(deliveryId(call)))),
				new Route("POST", "/webhooks/deliveries/{id}/retry",
						(call) -> delivery(this.desk.retry(deliveryId(call)))));
	}

	private static UUID id(Call call) {
		return id(SUBSCRIPTION, WebhookDesk.PREFIX, call.name());
	}

	private static UUID deliveryId(Call call) {
		return id(DELIVERY, WebhookDesk.DELIVERY_PREFIX, call.name());
	}

	private static UUID id(String kind, String prefix, String text) {
		String plain = text.startsWith(prefix) ? text.substring(prefix.length()) : text;
		if (!Call.isUuid(plain)) {
			throw new NotFoundException(kind, text);
		}
		return UUID.fromString(plain);
	}

	private Answer create(Call call) {
		JsonObject body = call.body();
		WebhookDesk.Issued issued = this.desk.create(change(body), body.string("secret"));
		return subscription(201, issued.webhook(), issued.secret());
	}

	private Answer update(Call call) {
		JsonObject body = call.body();
		if (body.get("secret") != null) {
			throw InvalidRequestException.field("secret",
					"secret cannot be changed here; use POST /webhooks/subscriptions/{id}/rotate-secret");
		}
		return subscription(200, this.desk.update(id(call), change(body)), null);
	}

	private static WebhookDesk.Change change(JsonObject body) {
		JsonObject filter = body.object("filter");
		JsonObject metadata = body.object("metadata");
		JsonValue active = body.get("active");
		return new WebhookDesk.Change(body.string("url"),
				(body.get("events") != null) ? List.copyOf(body.strings("events")) : null,
				(filter != null) ? List.copyOf(filter.strings("queues")) : null,
				(filter != null) ? List.copyOf(filter.strings("job_types")) : null,
				(active != null) ? Boolean.valueOf(active.asBoolean()) : null,
				(metadata != null) ? storable(body, metadata) : null);
	}

	private static String storable(JsonObject body, JsonObject metadata) {
		String json = metadata.json();
		if (!Text.isStorable(json)) {
			throw InvalidRequestException.field(body.path("metadata"), "metadata must be text");
		}
		return json;
	}

	private Answer rotate(Call call) {
		WebhookDesk.Issued issued = this.desk.rotate(id(call), call.optionalBody().string("secret"));
		return Answer.ok((json) -> {
			bareAndWrapped(json, issued.webhook(), issued.secret());
			json.writeStringProperty("new_secret", issued.secret());
		});
	}

	private Answer delete(Call call) {
		UUID id = id(call);
		this.desk.delete(id);
		return Answer.ok((json) -> {
			json.writeBooleanProperty("deleted", true);
			json.writeStringProperty("id", WebhookDesk.PREFIX + id);
		});
	}

	private Answer list(Call call) {
		Paging paging = Paging.of(call);
		Page<Webhook> page = this.desk.list(paging.limit(), paging.offset());
		return Answer.ok((json) -> {
			for (String name : List.of("subscriptions", "items")) {
				Values.objects(json, name, page.items(), (webhook) -> members(json, webhook, null));
			}
			json.writeNumberProperty("total", page.total());
			paging.write(json, page.total(), page.hasMore());
		});
	}

	private Answer test(Call call) {
		WebhookDesk.Tested tested = this.desk.test(id(call));
		return Answer.ok((json) -> {
			json.writeStringProperty("delivery_id", WebhookDesk.DELIVERY_PREFIX + tested.deliveryId());
			json.writeBooleanProperty("success", tested.delivered());
			json.writeStringProperty("status", tested.delivered() ? "delivered" : "failed");
			number(json, "status_code", tested.status());
			Values.text(json, "error", tested.error());
			Values.text(json, "response_body", tested.answer());
			Values.millis(json, "response_time_ms", tested.took());
		});
	}

	private Answer deliveries(Call call) {
		Paging paging = Paging.of(call);
		String subscription = call.query("subscription_id");
		// One question, so that what is delivered meanwhile does not make two answers
		// differ.
		List<WebhookDelivery> found = this.desk.deliveries(
				(subscription != null) ? id(SUBSCRIPTION, WebhookDesk.PREFIX, subscription) : null,
				state(call.query("status")), paging.limit() + 1, paging.offset());
		boolean more = found.size() > paging.limit();
		return Answer.ok((json) -> {
			Values.objects(json, "deliveries", more ? found.subList(0, paging.limit()) : found,
					(delivery) -> members(json, delivery));
			paging.write(json, paging.offset() + found.size(), more);
		});
	}

	private static WebhookDelivery.@Nullable State state(@Nullable String name) {
		if (name == null) {
			return null;
		}
		return Arrays.stream(WebhookDelivery.State.values())
			.filter((state) -> state.wireName().equals(name))
			.findFirst()
			.orElseThrow(() -> InvalidRequestException.field("status",
					"The parameter status must be pending, delivered or dead"));
	}

	private static Answer subscription(int status, Webhook webhook, @Nullable String secret) {
		return Answer.of(status, (json) -> bareAndWrapped(json, webhook, secret));
	}

	/** Bare as the specification has it, and wrapped as the suites do. */
	private static void bareAndWrapped(JsonGenerator json, Webhook webhook, @Nullable String secret) {
		members(json, webhook, secret);
		json.writeName("subscription");
		json.writeStartObject();
		members(json, webhook, secret);
		json.writeEndObject();
	}

	private static void members(JsonGenerator json, Webhook webhook, @Nullable String secret) {
		json.writeStringProperty("id", WebhookDesk.PREFIX + webhook.id());
		json.writeStringProperty("url", webhook.url());
		Values.texts(json, "events", webhook.events());
		json.writeName("filter");
		json.writeStartObject();
		Values.texts(json, "queues", webhook.queues());
		Values.texts(json, "job_types", webhook.jobTypes());
		json.writeEndObject();
		json.writeBooleanProperty("active", webhook.active());
		Values.text(json, "secret", secret);
		Values.raw(json, "metadata", webhook.metadata());
		Values.time(json, "created_at", webhook.createdAt());
		Values.time(json, "updated_at", webhook.updatedAt());
	}

	private static Answer delivery(WebhookDelivery delivery) {
		return Answer.ok((json) -> {
			members(json, delivery);
			Values.raw(json, "payload", delivery.body());
		});
	}

	private static void members(JsonGenerator json, WebhookDelivery delivery) {
		json.writeStringProperty("id", WebhookDesk.DELIVERY_PREFIX + delivery.id());
		json.writeStringProperty("subscription_id", WebhookDesk.PREFIX + delivery.webhookId());
		json.writeStringProperty("event_id", delivery.eventId());
		json.writeStringProperty("event_type", delivery.eventType());
		json.writeStringProperty("status", delivery.state().wireName());
		json.writeNumberProperty("attempts", delivery.attempt());
		number(json, "response_status", delivery.status());
		Values.text(json, "error", delivery.error());
		Values.millis(json, "response_time_ms", delivery.took());
		Values.time(json, "created_at", delivery.createdAt());
		Values.time(json, "next_attempt_at", delivery.nextAt());
		Values.time(json, "completed_at", delivery.endedAt());
	}

	private static void number(JsonGenerator json, String name, @Nullable Integer value) {
		if (value != null) {
			json.writeNumberProperty(name, value);
		}
	}

}
