package org.openjobspec.benchmarks.speed;

import java.util.Map;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * What a load has measured.
 *
 * @param failure why the load was given up; {@code null} when it was not
 * @param seconds how long it was measured
 * @param requests requests that were answered in that time
 * @param jobs jobs that were enqueued or, of round trips, acknowledged in that time
 * @param emptyFetches fetches that were answered without a job
 * @param reconnects connections opened anew because the server had ended them in order
 * @param latencies by kind of request, and {@code trip} for complete round trips
 */
record LoadResult(@Nullable String failure, double seconds, long requests, long jobs, long emptyFetches,
		long reconnects, Map<String, Latency> latencies) {

	/**
	 * How long answers took, in milliseconds.
	 *
	 * @param count how many
	 * @param p50 the median
	 * @param p95 95 of 100 took no longer
	 * @param p99 99 of 100 took no longer
	 * @param max the longest
	 */
	record Latency(long count, double p50, double p95, double p99, double max) {

		/**
		 * Sums up.
		 * @param micros latencies in microseconds
		 * @return their percentiles
		 */
		static Latency of(Histogram micros) {
			return new Latency(micros.getTotalCount(), micros.getValueAtPercentile(50) / 1000.0,
					micros.getValueAtPercentile(95) / 1000.0, micros.getValueAtPercentile(99) / 1000.0,
					micros.getMaxValue() / 1000.0);
		}

	}

	double requestsPerSecond() {
		return this.requests / this.seconds;
	}

	double jobsPerSecond() {
		return this.jobs / this.seconds;
	}

}
