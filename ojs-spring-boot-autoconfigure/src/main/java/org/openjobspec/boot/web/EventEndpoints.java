package org.openjobspec.boot.web;

import java.util.List;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.EventPage;
import org.openjobspec.boot.engine.EventQuery;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.JobEvent;
import tools.jackson.core.JsonGenerator;

/**
 * The event feed, polled (ojs-events 6.4).
 */
final class EventEndpoints {

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 1000;

	private static final String SOURCE = "ojs://ojs-spring/server";

	/** What every event says of its job, whatever else it carries. */
	private static final Set<String> COMMON = Set.of("job_id", "job_type", "queue", "attempt");

	private final JobEngine engine;

	EventEndpoints(JobEngine engine) {
		this.engine = engine;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/events", this::list));
	}

	private Answer list(Call call) {
		EventPage page = this.engine
			.events(new EventQuery(call.query("after"), call.queryList("types"), call.queryList("queues"),
					call.queryList("job_types"), call.queryNumber("limit", DEFAULT_LIMIT, 1, MAX_LIMIT)));
		return Answer.ok((json) -> {
			Values.objects(json, "events", page.events(), (entry) -> event(json, entry));
			json.writeStringProperty("cursor", page.cursor());
			json.writeBooleanProperty("has_more", page.hasMore());
		});
	}

	private static void event(JsonGenerator json, EventPage.Entry entry) {
		JobEvent event = entry.event();
		json.writeStringProperty("specversion", "1.0");
		json.writeStringProperty("id", entry.id());
		json.writeStringProperty("type", event.type());
		json.writeStringProperty("source", SOURCE);
		Values.time(json, "time", event.time());
		Values.text(json, "subject", subject(event));
		json.writeStringProperty("datacontenttype", "application/json");
		json.writeName("data");
		json.writeStartObject();
		job(json, event);
		json.writeNumberProperty("attempt", event.attempt());
		event.data().forEach((name, value) -> {
			if (!COMMON.contains(name) && value != null) {
				json.writeName(name);
				Values.value(json, value);
			}
		});
		json.writeEndObject();
	}

	private static @Nullable String subject(JobEvent event) {
		Object other = event.data().getOrDefault("cron_name", event.data().get("workflow_id"));
		return (other != null) ? other.toString() : Objects.toString(event.jobId(), null);
	}

	// An event of more than a job's own life may have none.
	private static void job(JsonGenerator json, JobEvent event) {
		Values.text(json, "job_id", Objects.toString(event.jobId(), null));
		Values.text(json, "job_type", event.jobType());
		Values.text(json, "queue", event.queue());
	}

}
