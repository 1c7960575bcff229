package org.openjobspec.boot.web;

import java.util.function.Function;

import org.openjobspec.boot.engine.BulkResult;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobFilter;

/**
 * Does something with many jobs, if whoever asks for it says that he means it
 * (ojs-admin-api 8).
 *
 * @param name the verb
 * @param work what to do
 */
record BulkAction(String name, Function<JobFilter, BulkResult> work) {

	Answer answer(Call call) {
		JsonObject body = call.body();
		if (!body.flag("confirm")) {
			throw InvalidRequestException.field("confirm",
					"Many jobs can be changed by this; it is done only if confirm is true");
		}
		BulkResult result = this.work
			.apply(call.grant().narrow(JobFilters.of(body.require("filter").asObject())).ofTenant(call.tenant()));
		return Answer.ok((json) -> {
			json.writeStringProperty("action", this.name);
			json.writeNumberProperty("matched", result.matched());
			json.writeNumberProperty("succeeded", result.succeeded());
			json.writeNumberProperty("failed", result.matched() - result.succeeded());
			Values.objects(json, "errors", result.refusals(), (refusal) -> {
				json.writeStringProperty("job_id", refusal.jobId().toString());
				json.writeStringProperty("error", refusal.reason());
			});
			json.writeBooleanProperty("more", result.more());
		});
	}

}
