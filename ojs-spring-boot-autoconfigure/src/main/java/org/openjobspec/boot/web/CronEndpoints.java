package org.openjobspec.boot.web;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.CronRegistration;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.NotFoundException;

/**
 * Periodic jobs: register, list, look, delete, enable, disable, trigger.
 */
final class CronEndpoints {

	private final JobEngine engine;

	private final Access access;

	CronEndpoints(JobEngine engine, Access access) {
		this.engine = engine;
		this.access = access;
	}

	List<Route> routes() {
		return List.of(new Route("POST", "/cron", this::register), new Route("GET", "/cron", this::list),
				new Route("GET", "/cron/{name}", this::get), new Route("DELETE", "/cron/{name}", this::delete),
				new Route("PATCH", "/cron/{name}", this::change), new Route("PUT", "/cron/{name}", this::change),
				new Route("POST", "/cron/{name}/enable", (call) -> enable(call, true)),
				new Route("POST", "/cron/{name}/disable", (call) -> enable(call, false)),
				new Route("POST", "/cron/{name}/trigger", this::trigger));
	}

	/** A name that is known is no error: applications register theirs at each start. */
	private Answer register(Call call) {
		JsonObject body = call.body();
		CronRequest request = new CronReader(new JobReader(null, call.grant())).read(body);
		// It takes the place of what has the name already.
		this.access.requireCron(call.grant(), request.name());
		CronRegistration registered = this.engine.registerCron(request);
		CronJob cron = registered.cron();
		Answer answer = Answer.of(registered.created() ? 201 : 200,
				CronWriter.single(cron, CronReader.readsNested(body)));
		return registered.created() ? answer.with("Location", call.request().getRequestURI() + '/' + cron.name())
				: answer;
	}

	private Answer list(Call call) {
		Paging paging = Paging.of(call);
		List<CronJob> all = this.engine.crons(enabled(call));
		Paging.Part<CronJob> part = paging
			.partOf(all.stream().filter((cron) -> shows(call.grant(), cron.job())).toList());
		return Answer.ok((json) -> {
			// The SDKs, Ruby's, and the suites.
			CronWriter.list(json, "cron_jobs", part.items());
			CronWriter.list(json, "entries", part.items());
			CronWriter.list(json, "crons", part.items());
			json.writeNumberProperty("count", part.items().size());
			part.write(json);
		});
	}

	// Its queue was written down when it was registered.
	private static boolean shows(Grant grant, JobRequest job) {
		String queue = job.queue();
		return !grant.limited() || (queue != null && grant.shows(queue, job.type()));
	}

	private static @Nullable Boolean enabled(Call call) {
		String value = call.query("enabled");
		if (value == null) {
			return null;
		}
		if (!value.equals("true") && !value.equals("false")) {
			throw InvalidRequestException.field("enabled", "The parameter enabled must be true or false");
		}
		return Boolean.valueOf(value);
	}

	private Answer get(Call call) {
		String name = call.name();
		CronJob cron = this.engine.findCron(name)
			.orElseThrow(() -> new NotFoundException(NotFoundException.CRON, name));
		return Answer.ok(CronWriter.single(cron, false));
	}

	private Answer delete(Call call) {
		CronJob deleted = this.engine.deleteCron(call.name());
		return Answer.ok((json) -> {
			json.writeBooleanProperty("deleted", true);
			json.writeStringProperty("name", deleted.name());
			CronWriter.nested(json, "cron", deleted);
		});
	}

	private Answer change(Call call) {
		boolean enabled = call.body().require("enabled").asBoolean();
		return Answer.ok(CronWriter.single(this.engine.enableCron(call.name(), enabled), false));
	}

	private Answer enable(Call call, boolean enabled) {
		call.optionalBody();
		return Answer.ok(CronWriter.single(this.engine.enableCron(call.name(), enabled), false));
	}

	private Answer trigger(Call call) {
		call.optionalBody();
		Job job = this.engine.triggerCron(call.name());
		return Answer.ok(JobWriter.single(job, (json) -> {
			json.writeStringProperty("job_id", job.id().toString());
			json.writeStringProperty("cron_name", call.name());
		}));
	}

}
