package org.openjobspec.boot.web;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

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

	private static final Set<String> BULK_MEMBERS = Set.of("type", "queue", "state", "priority", "enqueued_before",
			"enqueued_after");

	private static final Map<String, String> BULK_NAMES = Map.of("since", "enqueued_after", "until", "enqueued_before");

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
		filter.allowOnly(MEMBERS, (name) -> InvalidRequestException.field("filter",
				"filter may have state, queue, type, since and until, and has '%s'".formatted(name)));
		return of(filter.string("state"), filter.string("queue"), filter.string("type"), filter.string("since"),
				filter.string("until"), filter::path);
	}

	/**
	 * Reads a filter as the extension for many jobs has it (ojs-bulk-operations 6.1). The
	 * states are read apart.
	 */
	static JobFilter ofBulk(JsonObject filter) {
		filter.allowOnly(BULK_MEMBERS,
				(name) -> InvalidRequestException.field("filter",
						"filter may have type, queue, state, priority, enqueued_before and enqueued_after, and has '%s'"
							.formatted(name)));
		JobFilter found = of(null, filter.string("queue"), filter.string("type"), filter.string("enqueued_after"),
				filter.string("enqueued_before"), (name) -> filter.path(BULK_NAMES.getOrDefault(name, name)));
		return new JobFilter(null, found.queue(), found.type(), found.since(), found.until(), false,
				filter.integer("priority"), null);
	}

	static Set<JobState> states(JsonObject filter, Set<JobState> otherwise, Set<JobState> allowed) {
		JsonValue value = filter.get("state");
		if (value == null) {
			return otherwise;
		}
		Set<JobState> states = EnumSet.noneOf(JobState.class);
		for (String name : value.isString() ? List.of(value.asString()) : value.asStrings()) {
			JobState state = state(value.path(), name);
			if (!allowed.contains(state)) {
				throw InvalidRequestException.field(value.path(), "%s may name %s, and names %s".formatted(value.path(),
						allowed.stream().map(JobState::wireName).collect(Collectors.joining(", ")), name));
			}
			states.add(state);
		}
		return states;
	}

	private static JobFilter of(@Nullable String state, @Nullable String queue, @Nullable String type,
			@Nullable String since, @Nullable String until, UnaryOperator<String> path) {
		return new JobFilter((state != null) ? state(path.apply("state"), state) : null,
				(queue != null) ? JobRequest.checkQueue(path.apply("queue"), queue) : null,
				(type != null) ? type(path.apply("type"), type) : null, time(path.apply("since"), since),
				time(path.apply("until"), until), false);
	}

	static JobState state(String field, String name) {
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
