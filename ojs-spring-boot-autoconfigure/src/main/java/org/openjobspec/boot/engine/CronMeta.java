package org.openjobspec.boot.engine;

import java.time.Instant;

import org.openjobspec.boot.job.InvalidRequestException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the metadata of a job says of the run that has enqueued it (ojs-cron 6.3). It is
 * put in front of what was asked for, and no member of that is read, so that they stay as
 * they were written.
 */
final class CronMeta {

	private static final String NAME = "cron_name";

	private static final String TRIGGERED_AT = "cron_triggered_at";

	private static final JsonMapper mapper = JsonMapper.shared();

	private CronMeta() {
	}

	/**
	 * Checks metadata that is to be completed for each run.
	 * @param meta a JSON object
	 * @throws InvalidRequestException if it is none, or has the members that are to be
	 * added
	 */
	static void check(String meta) {
		try (JsonParser parser = mapper.createParser(meta)) {
			if (parser.nextToken() != JsonToken.START_OBJECT) {
				throw InvalidRequestException.field("meta", "meta must be an object");
			}
			String name = parser.nextName();
			while (name != null) {
				if (name.equals(NAME) || name.equals(TRIGGERED_AT)) {
					throw InvalidRequestException.field("meta." + name,
							"meta must not have the member %s, which the jobs of a periodic job get by themselves"
								.formatted(name));
				}
				parser.nextToken();
				parser.skipChildren();
				name = parser.nextName();
			}
		}
		catch (JacksonException ex) {
			throw InvalidRequestException.field("meta", "meta cannot be read: " + ex.getOriginalMessage());
		}
	}

	/**
	 * Completes metadata.
	 * @param meta a JSON object
	 * @param name the periodic job
	 * @param scheduled when the run was due
	 * @return a JSON object
	 */
	static String of(String meta, String name, Instant scheduled) {
		String rest = meta.substring(meta.indexOf('{') + 1).strip();
		return "{%s,\"%s\":\"%s\"%s%s".formatted(mark(name), TRIGGERED_AT, scheduled, rest.equals("}") ? "" : ",",
				rest);
	}

	/**
	 * What completed metadata of a periodic job contain, and no other.
	 * @param name the periodic job, whose name needs no escapes
	 * @return a piece of JSON
	 */
	static String mark(String name) {
		return "\"%s\":\"%s\"".formatted(NAME, name);
	}

}
