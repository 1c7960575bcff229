package org.openjobspec.boot.web;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.AdminDesk;
import org.openjobspec.boot.engine.Page;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobQuery;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.JobSummary;
import tools.jackson.core.JsonGenerator;

/**
 * Lists jobs for operators: filtered, sorted, in pages (ojs-admin-api 7.1).
 */
final class JobListing {

	private final AdminDesk desk;

	JobListing(AdminDesk desk) {
		this.desk = desk;
	}

	/**
	 * Answers with the jobs that a request asks for.
	 * @param call the request
	 * @param narrowing what the path adds to the request's filter
	 * @return the answer
	 */
	Answer answer(Call call, UnaryOperator<JobFilter> narrowing) {
		Paging paging = Paging.ofPages(call);
		Page<JobSummary> page = this.desk
			.jobs(new JobQuery(narrowing.apply(call.grant().narrow(JobFilters.of(call)).ofTenant(call.tenant())),
					sort(call.query("sort")), ascending(call.query("order")), paging.limit(), paging.offset()));
		return Answer.ok((json) -> {
			Values.objects(json, "items", page.items(), (job) -> summary(json, job));
			paging.writePage(json, page.total(), page.hasMore());
		});
	}

	private static JobQuery.Sort sort(@Nullable String name) {
		return switch ((name != null) ? name : "created_at") {
			case "created_at" -> JobQuery.Sort.CREATED;
			case "scheduled_at" -> JobQuery.Sort.SCHEDULED;
			case "priority" -> JobQuery.Sort.PRIORITY;
			default -> throw InvalidRequestException.field("sort", "sort must be created_at, scheduled_at or priority");
		};
	}

	private static boolean ascending(@Nullable String order) {
		return switch ((order != null) ? order : "desc") {
			case "asc" -> true;
			case "desc" -> false;
			default -> throw InvalidRequestException.field("order", "order must be asc or desc");
		};
	}

	private static void summary(JsonGenerator json, JobSummary job) {
		json.writeStringProperty("id", job.id().toString());
		json.writeStringProperty("type", job.type());
		json.writeStringProperty("queue", job.queue());
		json.writeStringProperty("state", job.state().wireName());
		json.writeNumberProperty("priority", job.priority());
		json.writeNumberProperty("attempt", job.attempt());
		json.writeNumberProperty("max_attempts", job.maxAttempts());
		Values.time(json, "created_at", job.createdAt());
		Values.time(json, "scheduled_at", job.dueAt());
		Values.text(json, "worker_id", job.workerId());
		JobWriter.ends(json, job.state(), job.expired(), job.finishedAt());
		if (job.state() == JobState.DISCARDED) {
			json.writeBooleanProperty("dead_letter", job.deadLettered());
		}
	}

}
