package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.UUID;

import org.openjobspec.benchmarks.faults.Promise.Way;

/**
 * A unique job that was not stored, as its producer was told: another one had its key.
 *
 * @param id the id that its producer has chosen
 * @param key the key
 * @param way how it was asked for
 * @param sentAt when it was asked for
 * @param answeredAt when the answer came
 * @param winner the job that answered for it
 */
record Contender(UUID id, UniqueKey key, Way way, Instant sentAt, Instant answeredAt, UUID winner) {
}
