package org.openjobspec.boot.engine;

/**
 * How many workers there are, of all nodes and remote ones.
 *
 * @param active how many have sent a heartbeat within the heartbeat timeout, or have
 * never sent one and hold a job
 * @param busy how many of them hold a job
 */
public record WorkerTally(long active, long busy) {
}
