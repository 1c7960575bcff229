package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.JobEvent;
import tools.jackson.databind.json.JsonMapper;

/**
 * The form in which events leave the server (ojs-events 3), whether they are asked for or
 * sent.
 */
final class EventEnvelope {

	private static final String SOURCE = "ojs://ojs-spring/server";

	/** What every event says of its job, whatever else it carries. */
	private static final Set<String> COMMON = Set.of("job_id", "job_type", "queue", "attempt");

	private static final JsonMapper mapper = JsonMapper.shared();

	private EventEnvelope() {
	}

	static Map<String, Object> of(String id, JobEvent event) {
		Map<String, Object> data = new LinkedHashMap<>();
		// An event of more than a job's own life may have none.
		put(data, "job_id", Objects.toString(event.jobId(), null));
		put(data, "job_type", event.jobType());
		put(data, "queue", event.queue());
		data.put("attempt", event.attempt());
		event.data().forEach((name, value) -> {
			if (!COMMON.contains(name)) {
				put(data, name, value);
			}
		});
		Object other = event.data().getOrDefault("cron_name", event.data().get("workflow_id"));
		String subject = (other != null) ? other.toString() : Objects.toString(event.jobId(), null);
		return of(id, event.type(), event.time(), subject, data);
	}

	static Map<String, Object> of(String id, String type, Instant time, @Nullable String subject,
			Map<String, Object> data) {
		Map<String, Object> envelope = new LinkedHashMap<>();
		envelope.put("specversion", "1.0");
		envelope.put("id", id);
		envelope.put("type", type);
		envelope.put("source", SOURCE);
		envelope.put("time", time.toString());
		put(envelope, "subject", subject);
		envelope.put("datacontenttype", "application/json");
		envelope.put("data", data);
		return envelope;
	}

	private static void put(Map<String, Object> map, String name, @Nullable Object value) {
		if (value != null) {
			map.put(name, value);
		}
	}

	static String json(Map<String, Object> envelope) {
		return mapper.writeValueAsString(envelope);
	}

}
