package org.openjobspec.boot.web;

import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.AdminDesk;
import org.openjobspec.boot.engine.Purged;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;

/**
 * Emptying queues and the dead letter, for those who say that they mean it (ojs-admin-api
 * 6.5 and 11.3).
 */
final class PurgeEndpoints {

	private final AdminDesk desk;

	PurgeEndpoints(AdminDesk desk) {
		this.desk = desk;
	}

	List<Route> routes() {
		return List.of(new Route("DELETE", "/admin/queues/{name}/jobs", this::purgeQueue),
				new Route("DELETE", "/admin/dead-letter", this::purgeDeadLetter));
	}

	private Answer purgeQueue(Call call) {
		JsonObject body = confirmed(call, Set.of("states", "older_than", "confirm"));
		Set<JobState> states = EnumSet.noneOf(JobState.class);
		body.require("states").asStrings().forEach((name) -> states.add(JobFilters.state("states", name)));
		Purged purged = this.desk.purge(call.queue(), states, olderThan(body));
		return Answer.ok((json) -> {
			json.writeStringProperty("queue", call.queue());
			json.writeNumberProperty("purged_count", purged.jobs());
			Values.texts(json, "states", states.stream().map(JobState::wireName).toList());
			json.writeBooleanProperty("more", purged.more());
		});
	}

	private Answer purgeDeadLetter(Call call) {
		JsonObject body = confirmed(call, Set.of("queue", "older_than", "confirm"));
		String queue = body.string("queue");
		Purged purged = this.desk.purgeDeadLetter((queue != null) ? JobRequest.checkQueue("queue", queue) : null,
				olderThan(body));
		return Answer.ok((json) -> {
			json.writeNumberProperty("purged_count", purged.jobs());
			json.writeBooleanProperty("more", purged.more());
		});
	}

	// Nothing may be overlooked: with a misspelt older_than much more would be deleted
	// than anybody wants.
	private static JsonObject confirmed(Call call, Set<String> known) {
		JsonObject body = call.body();
		if (!body.flag("confirm")) {
			throw InvalidRequestException.field("confirm",
					"Jobs are deleted by this for good; it is done only if confirm is true");
		}
		body.allowOnly(known, (name) -> InvalidRequestException.field("body", "A purge may have %s, and has '%s'"
			.formatted(String.join(", ", known.stream().sorted().toList()), name)));
		for (String name : known) {
			JsonValue value = body.member(name);
			if (value != null && value.isNull()) {
				throw InvalidRequestException.field(name,
						"%s must not be null; leave it out for everything".formatted(name));
			}
		}
		return body;
	}

	private static @Nullable Instant olderThan(JsonObject body) {
		String time = body.string("older_than");
		return (time != null) ? Times.instant("older_than", time) : null;
	}

}
