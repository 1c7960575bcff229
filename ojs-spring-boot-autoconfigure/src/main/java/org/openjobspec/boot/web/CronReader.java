package org.openjobspec.boot.web;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.CronExpression;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.CronRequest;

/**
 * Reads periodic jobs to be registered. The specification and the SDKs say {@code cron}
 * and have the members of the job beside it, the suites say {@code expression} and have
 * them in {@code job_template}.
 */
final class CronReader {

	private static final String UTC = "UTC";

	private final JobReader jobs;

	CronReader(JobReader jobs) {
		this.jobs = jobs;
	}

	CronRequest read(JsonObject body) {
		String name = body.require("name").asString();
		JsonValue expression = body.require("cron", "expression");
		String timezone = body.string("timezone");
		JsonValue enabled = body.get("enabled");
		JsonObject template = body.object("job_template");
		return new CronRequest(name, CronExpression.parse(expression.asString()),
				CronRequest.zone((timezone != null) ? timezone : UTC), overlap(body.get("overlap_policy")),
				(enabled != null) ? Boolean.valueOf(enabled.asBoolean()) : null, body.string("description"),
				this.jobs.readTemplate((template != null) ? template : body));
	}

	/**
	 * Whether a client reads the answer at {@code cron}, as the suites do; whoever sends
	 * an expression as {@code cron} reads one there.
	 */
	static boolean readsNested(JsonObject body) {
		return body.get("cron") == null;
	}

	// The names that openapi.yaml and the document on interactions have for the same.
	private static CronOverlap overlap(@Nullable JsonValue value) {
		if (value == null) {
			return CronOverlap.SKIP;
		}
		return switch (value.asString()) {
			case "skip" -> CronOverlap.SKIP;
			case "allow" -> CronOverlap.ALLOW;
			case "cancel_previous", "cancel", "replace" -> CronOverlap.CANCEL_PREVIOUS;
			case "enqueue", "queue" -> CronOverlap.ENQUEUE;
			default -> throw value.wrongType("skip, allow, cancel_previous or enqueue");
		};
	}

}
