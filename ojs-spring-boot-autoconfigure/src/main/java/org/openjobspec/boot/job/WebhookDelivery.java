package org.openjobspec.boot.job;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * One event on its way to one subscription (ojs-webhooks).
 *
 * @param id the delivery's id, the same at each attempt
 * @param webhookId the subscription
 * @param eventId the event
 * @param eventType its type
 * @param state where it stands
 * @param attempt how many attempts have started
 * @param nextAt when the next one is due, or the one under way counts as lost;
 * {@code null} when it has ended
 * @param status the HTTP status of the last answer; {@code null} if none came
 * @param error why the last attempt failed; {@code null} if it did not
 * @param took how long the last attempt took; {@code null} before it ended
 * @param body what is sent
 * @param createdAt when the event was found
 * @param endedAt when it was delivered or given up; {@code null} while it is pending
 */
public record WebhookDelivery(UUID id, UUID webhookId, String eventId, String eventType, State state, int attempt,
		@Nullable Instant nextAt, @Nullable Integer status, @Nullable String error, @Nullable Duration took,
		String body, Instant createdAt, @Nullable Instant endedAt) {

	/** Where a delivery stands. */
	public enum State {

		/** It is due now or later. */
		PENDING,

		/** The subscriber has answered with 2xx. */
		DELIVERED,

		/** It is given up. */
		DEAD;

		/**
		 * The name on the wire.
		 * @return the name in lower case
		 */
		public String wireName() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

}
