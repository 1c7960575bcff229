package org.openjobspec.boot.engine;

/**
 * What a purge has done.
 *
 * @param jobs how many jobs were deleted or cancelled
 * @param more whether there are more; then it is to be asked for again
 */
public record Purged(long jobs, boolean more) {
}
