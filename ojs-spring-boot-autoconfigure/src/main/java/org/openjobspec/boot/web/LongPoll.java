package org.openjobspec.boot.web;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;

/**
 * A fetch that waits for jobs, which a client asks for with {@code Prefer: wait=N} (RFC
 * 7240).
 */
final class LongPoll {

	private static final int MAX_SECONDS = 30;

	private static final Pattern WAIT = Pattern.compile("(?:^|[,;])\\s*wait\\s*=\\s*\"?(\\d{1,6})\"?\\s*(?:$|[,;])",
			Pattern.CASE_INSENSITIVE);

	private LongPoll() {
	}

	/**
	 * How long a client is ready to wait.
	 * @param request the request
	 * @return zero unless the client said otherwise, at most 30 seconds
	 */
	static Duration patience(HttpServletRequest request) {
		for (String preference : Collections.list(request.getHeaders("Prefer"))) {
			Matcher wait = WAIT.matcher(preference);
			if (wait.find()) {
				return Duration.ofSeconds(Math.min(Integer.parseInt(wait.group(1)), MAX_SECONDS));
			}
		}
		return Duration.ZERO;
	}

	/**
	 * Fetches until there is something, or patience has an end.
	 * @param engine knows when jobs become available
	 * @param queues where they are fetched from
	 * @param fetch fetches
	 * @param patience how long to wait
	 * @return the jobs, perhaps none
	 */
	static List<Job> fetch(JobEngine engine, List<String> queues, Supplier<List<Job>> fetch, Duration patience) {
		long deadline = System.nanoTime() + patience.toNanos();
		try {
			while (true) {
				long before = engine.availability();
				List<Job> jobs = fetch.get();
				Duration left = Duration.ofNanos(deadline - System.nanoTime());
				if (!jobs.isEmpty() || left.isNegative() || left.isZero()
						|| !engine.awaitAvailable(queues, before, left)) {
					return jobs;
				}
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return List.of();
		}
	}

}
