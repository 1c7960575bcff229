package org.openjobspec.boot.web;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.Cancelled;
import org.openjobspec.boot.engine.Enqueued;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.QueuePressure;
import org.openjobspec.boot.engine.RateLimitRoom;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.RateLimit;

/**
 * What producers do: enqueue, look, cancel, activate.
 */
final class JobEndpoints {

	private final JobEngine engine;

	private final Accommodations accommodations;

	private final ConformanceHooks hooks;

	JobEndpoints(JobEngine engine, Accommodations accommodations, ConformanceHooks hooks) {
		this.accommodations = accommodations;
		this.engine = engine;
		this.hooks = hooks;
	}

	List<Route> routes() {
		return List.of(new Route("POST", "/jobs", this::enqueue), new Route("POST", "/jobs/batch", this::enqueueBatch),
				new Route("GET", "/jobs/{id}", this::get), new Route("DELETE", "/jobs/{id}", this::cancel),
				new Route("POST", "/jobs/{id}/cancel", this::cancel),
				new Route("POST", "/jobs/{id}/activate", this::activate));
	}

	private Answer enqueue(Call call) {
		JobRequest request = JobReader.of(call, this.engine).read(call.body());
		this.hooks.validate(request);
		List<Enqueued> all = this.engine.enqueue(List.of(request));
		Enqueued enqueued = all.get(0);
		Job job = enqueued.job();
		if (enqueued.created()) {
			Answer answer = Answer.of(201, JobWriter.single(job))
				.with("Location", call.request().getRequestURI() + '/' + job.id());
			return withRoom(warn(answer, all), request.rateLimit(), job.queue());
		}
		return withRoom(Answer.ok(JobWriter.single(job, (json) -> json.writeBooleanProperty("deduplicated", true))),
				request.rateLimit(), job.queue());
	}

	/** Tells a producer what its job's limit leaves, the job itself already taken off. */
	private Answer withRoom(Answer answer, @Nullable RateLimit limit, String queue) {
		RateLimitRoom room = (limit != null) ? room(limit.in(queue).key()) : null;
		if (room == null) {
			return answer;
		}
		Answer told = answer.with("X-RateLimit-Limit", String.valueOf(room.limit()))
			.with("X-RateLimit-Remaining", String.valueOf(room.remaining()));
		Instant resets = room.resetsAt();
		return (resets != null)
				? told.with("X-RateLimit-Reset", String.valueOf(resets.plusMillis(999).getEpochSecond())) : told;
	}

	// The job is stored: whoever is told of an outage now would send it again.
	private @Nullable RateLimitRoom room(String key) {
		try {
			return this.engine.rateLimitRoom(key).orElse(null);
		}
		catch (RuntimeException ex) {
			if (Failures.isOutage(ex)) {
				return null;
			}
			throw ex;
		}
	}

	private Answer enqueueBatch(Call call) {
		List<JobRequest> requests = JobReader.of(call, this.engine).readBatch(call.body());
		requests.forEach(this.hooks::validate);
		List<Enqueued> enqueued = this.engine.enqueue(requests);
		return warn(Answer.of(enqueued.stream().anyMatch(Enqueued::created) ? 201 : 200, (json) -> {
			JobWriter.list(json, enqueued.stream().map(Enqueued::job).toList());
			json.writeNumberProperty("count", enqueued.size());
		}), enqueued);
	}

	// Of several queues, that which is nearest to its bound (ojs-backpressure 7.3).
	private Answer warn(Answer answer, List<Enqueued> enqueued) {
		return enqueued.stream()
			.map((one) -> one.job().queue())
			.distinct()
			.flatMap((queue) -> this.engine.queuePressure(queue).stream())
			.max(Comparator.comparingDouble(QueuePressure::ratio))
			.map((pressure) -> answer.with("X-OJS-Queue-Depth", String.valueOf(pressure.depth()))
				.with("X-OJS-Queue-Bound", String.valueOf(pressure.bound()))
				.with("X-OJS-Queue-Pressure", String.format(Locale.ROOT, "%.2f", pressure.ratio())))
			.orElse(answer);
	}

	private Answer get(Call call) {
		Job job = this.engine.find(call.jobId())
			.orElseThrow(() -> new NotFoundException("job", call.jobId().toString()));
		return Answer.ok(JobWriter.single(this.accommodations.readable(call, job)));
	}

	private Answer cancel(Call call) {
		Cancelled cancelled = this.engine.cancel(call.jobId());
		return Answer.ok(JobWriter.single(cancelled.job(),
				(json) -> json.writeStringProperty("previous_state", cancelled.previous().wireName())));
	}

	private Answer activate(Call call) {
		call.optionalBody();
		return Answer.ok(JobWriter.single(this.engine.activate(call.jobId())));
	}

}
