package org.openjobspec.sample.order;

import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.Workflow;

import org.springframework.stereotype.Component;

/**
 * Tells how the jobs of an order are getting on.
 */
@Component
class OrderProgress {

	private final OjsTemplate jobs;

	OrderProgress(OjsTemplate jobs) {
		this.jobs = jobs;
	}

	/** The jobs that have been enqueued so far, in their order. */
	List<Step> steps(Order order) {
		return Stream.of(order.workflow(), order.resumed())
			.filter(Objects::nonNull)
			.flatMap((id) -> this.jobs.getWorkflow(id).stream())
			.flatMap((workflow) -> ids(workflow.steps()))
			.flatMap((id) -> this.jobs.get(id).stream())
			.map(OrderProgress::step)
			.toList();
	}

	private static Stream<UUID> ids(List<Workflow.Step> steps) {
		return steps.stream()
			.flatMap((step) -> step.steps().isEmpty() ? Stream.ofNullable(step.jobId()) : ids(step.steps()));
	}

	private static Step step(Job job) {
		return new Step(job.type(), job.state().wireName(), job.attempt(),
				job.failures().stream().map(OrderProgress::words).toList(), job.id());
	}

	private static @Nullable String words(JobFailure failure) {
		return failure.error().message();
	}

	record Step(String type, String state, int attempt, List<@Nullable String> errors, UUID job) {
	}

}
