package org.openjobspec.boot.web;

import java.time.Instant;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;

/**
 * Reads which jobs are meant: from the query when they are listed, from the body when
 * something is done with them.
 */
final class JobFilters {

	private static final Set<String> MEMBERS = Set.of("state", "queue", "type", "since", "until");

	private static final Pattern TYPE = Pattern.compile("(?=.)[a-z0-9_.-]{0,255}+\\*?");

	private JobFilters() {
	}

	static JobFilter of(Call call) {
		return of(call.query("state"), call.query("queue"), call.query("type"), call.query("since"),
				call.query("until"), (name) -> name);
	}

	/**
	 * Reads a filter of which nothing may be overlooked: a misspelt name would have many
	 * more jobs cancelled than anybody wants.
	 */
	static JobFilter of(JsonObject filter) {
		for (String name : filter.names()) {
			if (!MEMBERS.contains(name)) {
				throw InvalidRequestException.field("filter",
						"filter may have state, queue, type, since and until, and has '%s'"
							.formatted(Text.storable((name.length() <= 64) ? name : name.substring(0, 64))));
			}
		}
		return of(filter.string("state"), filter.string("queue"), filter.string("type"), filter.string("since"),
				filter.string("until"), filter::path);
	}

	private static JobFilter of(@Nullable String state, @Nullable String queue, @Nullable String type,
			@Nullable String since, @Nullable String until, UnaryOperator<String> path) {
		return new JobFilter((state != null) ? state(path.apply("state"), state) : null,
				(queue != null) ? JobRequest.checkQueue(path.apply("queue"), queue) : null,
				(type != null) ? type(path.apply("type"), type) : null, time(path.apply("since"), since),
				time(path.apply("until"), until), false);
	}

	private static JobState state(String field, String name) {
		try {
			return JobState.of(name);
		}
		catch (IllegalArgumentException ex) {
			throw InvalidRequestException.field(field,
					"%s must be one of the states of a job, such as discarded".formatted(field));
		}
	}

	private static String type(String field, String type) {
		if (!TYPE.matcher(type).matches()) {
			throw InvalidRequestException.field(field,
					"%s must be a job type such as email.send, or the beginning of one with a * behind it"
						.formatted(field));
		}
		return type;
	}

	private static @Nullable Instant time(String field, @Nullable String text) {
		return (text != null) ? Times.instant(field, text) : null;
	}

}
