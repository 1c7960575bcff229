package org.openjobspec.boot.web;

import java.util.List;
import java.util.Set;

import org.openjobspec.boot.engine.EventPage;
import org.openjobspec.boot.engine.EventQuery;
import org.openjobspec.boot.engine.JobEngine;

/**
 * The event feed, polled (ojs-events 6.4).
 */
final class EventEndpoints {

	private static final int DEFAULT_LIMIT = 100;

	private static final int MAX_LIMIT = 1000;

	private final JobEngine engine;

	EventEndpoints(JobEngine engine) {
		this.engine = engine;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/events", this::list));
	}

	private Answer list(Call call) {
		Set<String> queues = call.queryList("queues");
		Set<String> jobTypes = call.queryList("job_types");
		call.grant().requireFilter(queues, jobTypes);
		EventPage page = this.engine.events(new EventQuery(call.query("after"), call.queryList("types"), queues,
				jobTypes, call.queryNumber("limit", DEFAULT_LIMIT, 1, MAX_LIMIT), call.tenant()));
		return Answer.ok((json) -> {
			json.writeName("events");
			json.writeStartArray();
			page.events().forEach((entry) -> Values.value(json, entry.envelope()));
			json.writeEndArray();
			json.writeStringProperty("cursor", page.cursor());
			json.writeBooleanProperty("has_more", page.hasMore());
		});
	}

}
