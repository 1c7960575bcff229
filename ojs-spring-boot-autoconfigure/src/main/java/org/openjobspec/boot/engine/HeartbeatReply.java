package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/**
 * The answer to a heartbeat.
 *
 * @param directive {@code running}, {@code quiet} or {@code terminate}
 * @param held which of the named jobs the worker still holds; the others were cancelled
 * or given to another attempt
 * @param serverTime the database's clock
 * @param dead whether the worker is one of an application of this kind and was declared
 * dead after a silence: it claims nothing more under this id and must take a new one
 */
public record HeartbeatReply(String directive, Set<UUID> held, Instant serverTime, boolean dead) {
}
