package org.openjobspec.boot.worker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.FailureReport;
import org.openjobspec.boot.engine.FailureReport.Verdict;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.worker.DecoratedWork.DecoratorException;

/**
 * Makes failure reports of what handlers throw.
 */
final class FailureReports {

	private static final int MAX_MESSAGE = 8192;

	private static final int MAX_FRAMES = 50;

	private static final int MAX_BACKTRACE = 10_000;

	private FailureReports() {
	}

	static FailureReport of(Throwable thrown, HandlerSpec spec) {
		if (thrown instanceof InvalidArgumentsException) {
			return FailureReport.of(JobError.of("invalid_args", bounded(thrown.getMessage()), false));
		}
		if (thrown instanceof InvalidResultException) {
			return FailureReport.of(JobError.of("invalid_result", bounded(thrown.getMessage()), false));
		}
		if (thrown instanceof DiscardException) {
			return new FailureReport(error(thrown, false), Verdict.DISCARD, null);
		}
		if (thrown instanceof DeadLetterException) {
			return new FailureReport(error(thrown, false), Verdict.DEAD_LETTER, null);
		}
		if (thrown instanceof RetryAfterException retry) {
			return new FailureReport(error(thrown, null), Verdict.RETRY, retry.delay());
		}
		Throwable judged = judged(thrown);
		boolean hopeless = spec.nonRetryable().stream().anyMatch((type) -> type.isInstance(judged));
		return FailureReport.of(error(thrown, hopeless ? false : null));
	}

	// Policies name classes, and that of a decorator's failure is what it threw.
	private static Throwable judged(Throwable thrown) {
		Throwable cause = thrown.getCause();
		return (thrown instanceof DecoratorException && cause != null) ? cause : thrown;
	}

	static FailureReport timeout(Duration timeout) {
		return FailureReport
			.of(JobError.of("timeout", "The handler did not finish within its timeout of %s".formatted(timeout), null));
	}

	private static JobError error(Throwable thrown, @Nullable Boolean retryable) {
		return new JobError(judged(thrown).getClass().getName(), "handler_error", bounded(thrown.getMessage()),
				retryable, Map.of(), backtrace(thrown));
	}

	private static String bounded(@Nullable String message) {
		if (message == null) {
			return "";
		}
		if (message.length() <= MAX_MESSAGE) {
			return message;
		}
		int end = Character.isHighSurrogate(message.charAt(MAX_MESSAGE - 2)) ? MAX_MESSAGE - 2 : MAX_MESSAGE - 1;
		return message.substring(0, end) + "…";
	}

	private static List<String> backtrace(Throwable thrown) {
		List<String> lines = new ArrayList<>();
		Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
		int length = 0;
		// A share for every cause, since the last one says the most.
		int share = Math.max(5, MAX_FRAMES / depth(thrown));
		for (Throwable current = thrown; current != null && seen.add(current); current = current.getCause()) {
			int frames = 0;
			if (seen.size() > 1) {
				String message = bounded(current.getMessage());
				lines.add("Caused by: %s: %s".formatted(current.getClass().getName(),
						message.substring(0, Math.min(message.length(), 500))));
			}
			for (StackTraceElement frame : current.getStackTrace()) {
				if (frames++ >= share) {
					break;
				}
				lines.add("at " + frame);
			}
		}
		List<String> kept = new ArrayList<>();
		for (String line : lines) {
			length += line.length();
			if (kept.size() == MAX_FRAMES || length > MAX_BACKTRACE) {
				break;
			}
			kept.add(line);
		}
		return kept;
	}

	private static int depth(Throwable thrown) {
		int depth = 1;
		for (Throwable current = thrown.getCause(); current != null && depth < 10; current = current.getCause()) {
			depth++;
		}
		return depth;
	}

}
