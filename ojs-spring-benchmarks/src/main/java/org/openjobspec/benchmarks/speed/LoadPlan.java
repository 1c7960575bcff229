package org.openjobspec.benchmarks.speed;

/**
 * A load: closed loops, one per connection, over an OJS server.
 *
 * @param url the server, its base path included
 * @param connections how many connections
 * @param batch jobs per enqueue and per fetch; 1 for {@code POST /jobs}
 * @param roundTrip whether to fetch and acknowledge as well as to enqueue
 * @param queue the queue
 * @param warmUpMillis how long the load runs before it is measured
 * @param millis how long it is measured
 */
record LoadPlan(String url, int connections, int batch, boolean roundTrip, String queue, long warmUpMillis,
		long millis) {
}
