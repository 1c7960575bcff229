package org.openjobspec.sample.order;

import java.time.OffsetDateTime;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * An order.
 *
 * @param number counted by the database; refused orders leave gaps
 * @param article what was ordered
 * @param quantity how many
 * @param cents what they cost together
 * @param email who ordered
 * @param express whether its jobs go before those of others
 * @param status how far it has come
 * @param workflow the workflow that fulfils it
 * @param resumed the workflow that does the rest, if the first one has failed before the
 * payment succeeded after all
 * @param placedAt when it was placed
 */
public record Order(long number, String article, int quantity, int cents, String email, boolean express,
		OrderStatus status, UUID workflow, @Nullable UUID resumed, OffsetDateTime placedAt) {
}
