package org.openjobspec.boot.web;

import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.RetryPolicy;
import tools.jackson.core.JsonGenerator;

/**
 * Writes periodic jobs. One object has the members of both dialects.
 */
final class CronWriter {

	private CronWriter() {
	}

	/**
	 * One periodic job: bare for Python, Java, Ruby and Rust, as {@code cron_job} for JS
	 * and Go.
	 * @param cron the periodic job
	 * @param suites whether {@code cron} is to be the periodic job once more, as the
	 * suites read it, and not its expression
	 * @return writes the members of the answer
	 */
	static Consumer<JsonGenerator> single(CronJob cron, boolean suites) {
		return (json) -> {
			if (suites) {
				nested(json, "cron", cron);
			}
			else {
				expression(json, cron);
			}
			members(json, cron);
			nested(json, "cron_job", cron);
		};
	}

	static void nested(JsonGenerator json, String member, CronJob cron) {
		json.writeName(member);
		object(json, cron);
	}

	/**
	 * A list under the name at which some client looks for it.
	 */
	static void list(JsonGenerator json, String member, List<CronJob> crons) {
		json.writeName(member);
		json.writeStartArray();
		crons.forEach((cron) -> object(json, cron));
		json.writeEndArray();
	}

	private static void object(JsonGenerator json, CronJob cron) {
		json.writeStartObject();
		expression(json, cron);
		members(json, cron);
		json.writeEndObject();
	}

	private static void expression(JsonGenerator json, CronJob cron) {
		Values.text(json, "cron", cron.schedule().toString());
	}

	private static void members(JsonGenerator json, CronJob cron) {
		json.writeStringProperty("name", cron.name());
		Values.text(json, "expression", cron.schedule().toString());
		json.writeStringProperty("timezone", cron.timezone().getId());
		json.writeStringProperty("overlap_policy", cron.overlap().wireName());
		json.writeBooleanProperty("enabled", cron.enabled());
		json.writeStringProperty("status", cron.enabled() ? "active" : "paused");
		Values.text(json, "description", cron.description());
		Values.time(json, "created_at", cron.createdAt());
		Values.time(json, "next_run_at", cron.nextRunAt());
		Values.time(json, "last_run_at", cron.lastRunAt());
		json.writeNumberProperty("run_count", cron.runCount());
		job(json, cron.job());
		json.writeName("job_template");
		json.writeStartObject();
		job(json, cron.job());
		json.writeEndObject();
	}

	private static void job(JsonGenerator json, JobRequest job) {
		json.writeStringProperty("type", job.type());
		Values.text(json, "queue", job.queue());
		Values.raw(json, "args", job.args());
		Values.raw(json, "meta", job.meta());
		json.writeName("options");
		json.writeStartObject();
		options(json, job);
		json.writeEndObject();
	}

	private static void options(JsonGenerator json, JobRequest job) {
		Values.text(json, "queue", job.queue());
		Integer priority = job.priority();
		if (priority != null) {
			json.writeNumberProperty("priority", priority.intValue());
		}
		Values.millis(json, "timeout_ms", job.timeout());
		Values.millis(json, "visibility_timeout_ms", job.visibilityTimeout());
		relative(json, "delay_until", job.delay());
		relative(json, "expires_at", job.timeToLive());
		RetryPolicy retry = job.retry(RetryPolicy.DEFAULT);
		if (!retry.equals(RetryPolicy.DEFAULT)) {
			PolicyWriter.retry(json, retry);
		}
		if (job.unique() != null) {
			PolicyWriter.unique(json, job.unique());
		}
		if (!job.tags().isEmpty()) {
			Values.texts(json, "tags", job.tags());
		}
		Values.text(json, "schema", job.schema());
		if (job.pending()) {
			json.writeBooleanProperty("pending", true);
		}
		job.attributes().forEach((name, value) -> Values.raw(json, name, value));
	}

	/** As it may be sent: it counts from each run. */
	private static void relative(JsonGenerator json, String name, @Nullable Duration duration) {
		if (duration != null) {
			json.writeStringProperty(name, duration.toString());
		}
	}

}
