package org.openjobspec.boot.web;

import java.util.List;
import java.util.UUID;

import org.openjobspec.boot.engine.DeadLetterStats;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.Page;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.NotFoundException;

/**
 * The dead letter: list, look, retry, delete.
 */
final class DeadLetterEndpoints {

	private final JobEngine engine;

	DeadLetterEndpoints(JobEngine engine) {
		this.engine = engine;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/dead-letter", this::list),
				new Route("GET", "/dead-letter/stats", this::stats), new Route("GET", "/dead-letter/{id}", this::get),
				new Route("POST", "/dead-letter/{id}/retry", this::retry),
				new Route("DELETE", "/dead-letter/{id}", this::delete));
	}

	private Answer list(Call call) {
		Paging paging = Paging.of(call);
		String name = call.query("queue");
		String queue = (name != null) ? JobRequest.checkQueue("queue", name) : null;
		call.grant().requireFilter((queue != null) ? List.of(queue) : List.of(), List.of());
		String tenant = call.tenant();
		Page<Job> page = (tenant != null)
				? this.engine.tenants().deadLetters(tenant, queue, paging.limit(), paging.offset())
				: this.engine.deadLetters(queue, paging.limit(), paging.offset());
		return Answer.ok((json) -> {
			JobWriter.list(json, page.items());
			paging.write(json, page.total(), page.hasMore());
		});
	}

	Answer stats(Call call) {
		DeadLetterStats stats = this.engine.admin().deadLetterStats(call.tenant());
		return Answer.ok((json) -> {
			json.writeNumberProperty("total", stats.total());
			json.writeName("by_queue");
			Values.value(json, stats.byQueue());
			json.writeName("by_type");
			Values.value(json, stats.byType());
			Values.time(json, "oldest_at", stats.oldestAt());
			Values.time(json, "newest_at", stats.newestAt());
		});
	}

	private Answer get(Call call) {
		Job job = this.engine.find(call.jobId())
			.filter(Job::deadLettered)
			.orElseThrow(() -> new NotFoundException("dead-letter job", call.jobId().toString()));
		return Answer.ok(JobWriter.single(job));
	}

	private Answer retry(Call call) {
		call.optionalBody();
		return Answer.ok(JobWriter.single(this.engine.retryDeadLetter(call.jobId())));
	}

	private Answer delete(Call call) {
		UUID id = call.jobId();
		this.engine.deleteDeadLetter(id);
		return Answer.ok((json) -> {
			json.writeBooleanProperty("deleted", true);
			json.writeStringProperty("id", id.toString());
			json.writeStringProperty("job_id", id.toString());
		});
	}

}
