package org.openjobspec.boot.test;

import java.util.List;
import java.util.stream.Collectors;

import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFailure;

/**
 * How messages speak of jobs.
 */
final class Words {

	private static final int MAX_JOBS = 50;

	private static final int MAX_ARGS = 500;

	private Words() {
	}

	static String of(Job job) {
		StringBuilder text = new StringBuilder();
		text.append(job.type()).append(' ').append(excerpt(job.args())).append(" on queue '").append(job.queue());
		text.append("', ").append(job.state().wireName());
		if (job.nextAttemptAt() != null) {
			text.append(" until ").append(job.nextAttemptAt());
		}
		if (job.priority() != 0) {
			text.append(", priority ").append(job.priority());
		}
		if (job.attempt() > 0) {
			text.append(", attempt ").append(job.attempt());
		}
		JobFailure failure = job.lastFailure();
		if (failure != null) {
			text.append(", failed with ")
				.append(failure.error().type())
				.append(": ")
				.append(excerpt(failure.error().message()));
		}
		return text.toString();
	}

	private static String excerpt(String text) {
		return (text.length() <= MAX_ARGS) ? text : text.substring(0, MAX_ARGS) + "…";
	}

	static String of(List<Job> jobs) {
		if (jobs.isEmpty()) {
			return "  none";
		}
		String listed = jobs.stream()
			.limit(MAX_JOBS)
			.map((job) -> "  " + of(job))
			.collect(Collectors.joining(System.lineSeparator()));
		return (jobs.size() <= MAX_JOBS) ? listed : listed + "%n  and %d more".formatted(jobs.size() - MAX_JOBS);
	}

}
