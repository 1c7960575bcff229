package org.openjobspec.boot.web;

import java.util.List;
import java.util.UUID;
import java.util.function.UnaryOperator;

import org.openjobspec.boot.engine.Cancelled;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.NotFoundException;

/**
 * Jobs and the dead letter as operators see them (ojs-admin-api 7, 8 and 11).
 */
final class AdminJobEndpoints {

	private final JobEngine engine;

	private final JobListing listing;

	private final DeadLetterEndpoints deadLetter;

	AdminJobEndpoints(JobEngine engine, DeadLetterEndpoints deadLetter) {
		this.engine = engine;
		this.listing = new JobListing(engine.admin());
		this.deadLetter = deadLetter;
	}

	List<Route> routes() {
		BulkAction retry = new BulkAction("retry", this.engine.admin()::retryAll);
		BulkAction cancel = new BulkAction("cancel", this.engine.admin()::cancelAll);
		BulkAction delete = new BulkAction("delete", this.engine.admin()::deleteAll);
		BulkAction retryDeadLetter = new BulkAction("retry",
				(filter) -> this.engine.admin().retryAll(filter.inDeadLetter()));
		// What has a name stands before what has an id.
		return List.of(new Route("GET", "/admin/jobs", (call) -> this.listing.answer(call, UnaryOperator.identity())),
				new Route("POST", "/admin/jobs/bulk/retry", retry::answer),
				new Route("POST", "/admin/jobs/bulk/cancel", cancel::answer),
				new Route("POST", "/admin/jobs/bulk/delete", delete::answer),
				new Route("GET", "/admin/jobs/{id}", this::get),
				new Route("POST", "/admin/jobs/{id}/retry", this::retry),
				new Route("POST", "/admin/jobs/{id}/cancel", this::cancel),
				new Route("GET", "/admin/dead-letter", (call) -> this.listing.answer(call, JobFilter::inDeadLetter)),
				new Route("GET", "/admin/dead-letter/stats", this.deadLetter::stats),
				new Route("POST", "/admin/dead-letter/retry", retryDeadLetter::answer),
				new Route("POST", "/admin/dead-letter/{id}/retry", this::retryDeadLetter),
				new Route("DELETE", "/admin/dead-letter/{id}", this::deleteDeadLetter));
	}

	private Answer get(Call call) {
		UUID id = call.jobId();
		Job job = this.engine.find(id).orElseThrow(() -> new NotFoundException("job", id.toString()));
		return Answer.ok((json) -> JobWriter.detailed(json, job));
	}

	private Answer retry(Call call) {
		call.optionalBody();
		Job job = this.engine.admin().retry(call.jobId());
		return Answer.ok((json) -> JobWriter.detailed(json, job));
	}

	private Answer cancel(Call call) {
		call.optionalBody();
		Cancelled cancelled = this.engine.cancel(call.jobId());
		return Answer.ok((json) -> JobWriter.detailed(json, cancelled.job()));
	}

	private Answer retryDeadLetter(Call call) {
		call.optionalBody();
		Job job = this.engine.retryDeadLetter(call.jobId());
		return Answer.ok((json) -> JobWriter.detailed(json, job));
	}

	private Answer deleteDeadLetter(Call call) {
		this.engine.deleteDeadLetter(call.jobId());
		return Answer.none();
	}

}
