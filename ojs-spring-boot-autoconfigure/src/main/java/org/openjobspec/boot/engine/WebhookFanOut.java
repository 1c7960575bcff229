package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.Webhook;
import org.openjobspec.boot.store.Deliveries.NewDelivery;
import org.openjobspec.boot.store.EventLog;
import org.openjobspec.boot.store.EventLog.Position;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.Webhooks.Subscriber;

/**
 * Turns events into deliveries, each event once: the deliveries and the place up to which
 * events were looked at are one transaction, and one node at a time does it.
 */
final class WebhookFanOut {

	/** How many events to look at in one transaction. */
	private static final int PAGE = 1000;

	private final Store store;

	WebhookFanOut(Store store) {
		this.store = store;
	}

	/**
	 * Looks at some events.
	 * @return whether more may follow; not when another node does it
	 */
	boolean advance() {
		return this.store.transactions().separately(() -> {
			Optional<Position> cursor = this.store.webhooks().lockCursor();
			Optional<Position> last = cursor.flatMap((after) -> this.store.events().ahead(after, PAGE));
			if (cursor.isEmpty() || last.isEmpty()) {
				return false;
			}
			List<NewDelivery> deliveries = deliveries(cursor.get(), last.get());
			for (int from = 0; from < deliveries.size(); from += PAGE) {
				this.store.deliveries().insert(deliveries.subList(from, Math.min(from + PAGE, deliveries.size())));
			}
			this.store.webhooks().advance(last.get());
			return true;
		});
	}

	private List<NewDelivery> deliveries(Position after, Position last) {
		List<Subscriber> subscribers = this.store.webhooks().subscribers();
		List<NewDelivery> deliveries = new ArrayList<>();
		if (subscribers.isEmpty()) {
			return deliveries;
		}
		for (EventLog.Entry entry : this.store.events()
			.readUpTo(after, last, union(subscribers, Webhook::events), union(subscribers, Webhook::queues),
					union(subscribers, Webhook::jobTypes))) {
			List<Subscriber> told = subscribers.stream()
				.filter((subscriber) -> matches(subscriber, entry.event()))
				.toList();
			if (!told.isEmpty()) {
				String id = EventFeed.eventId(entry.position());
				String body = EventEnvelope.json(EventEnvelope.of(id, entry.event()));
				told.forEach((subscriber) -> deliveries
					.add(new NewDelivery(UuidV7.next(), subscriber.webhook().id(), id, entry.event().type(), body)));
			}
		}
		return deliveries;
	}

	/** What all want together; empty if one of them wants everything. */
	private static Set<String> union(List<Subscriber> subscribers, Function<Webhook, List<String>> filter) {
		Set<String> union = new HashSet<>();
		for (Subscriber subscriber : subscribers) {
			List<String> wanted = filter.apply(subscriber.webhook());
			if (wanted.isEmpty()) {
				return Set.of();
			}
			union.addAll(wanted);
		}
		return union;
	}

	private static boolean matches(Subscriber subscriber, JobEvent event) {
		Webhook webhook = subscriber.webhook();
		return !event.time().isBefore(subscriber.since())
				&& webhook.events().stream().anyMatch((pattern) -> matches(pattern, event.type()))
				&& admits(webhook.queues(), event.queue()) && admits(webhook.jobTypes(), event.jobType());
	}

	static boolean matches(String pattern, String type) {
		return pattern.endsWith("*") ? type.startsWith(pattern.substring(0, pattern.length() - 1))
				: type.equals(pattern);
	}

	// An event of more than a job's own life may have neither queue nor type.
	private static boolean admits(List<String> wanted, @Nullable String value) {
		return wanted.isEmpty() || (value != null && wanted.contains(value));
	}

}
