package org.openjobspec.boot.engine;

import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.NewStep;
import org.openjobspec.boot.store.NewWorkflow;
import org.openjobspec.boot.store.Store;
import org.openjobspec.boot.store.WaitingJobs;
import org.openjobspec.boot.store.WorkflowSteps.Locked;
import org.openjobspec.boot.store.Workflows;

/**
 * Creates, reads and cancels workflows (ojs-workflows 11).
 */
final class WorkflowDesk {

	private static final int MAX_NAME = 255;

	private final Store store;

	private final Enqueuer enqueuer;

	private final Intake intake;

	private final Announcements announcements;

	private final WorkflowEvents events;

	private final Limiter limiter;

	WorkflowDesk(Store store, Enqueuer enqueuer, Intake intake, Announcements announcements, Limiter limiter) {
		this.limiter = limiter;
		this.store = store;
		this.enqueuer = enqueuer;
		this.intake = intake;
		this.announcements = announcements;
		this.events = new WorkflowEvents(store, announcements);
	}

	Workflow create(@Nullable String name, Composition composition) {
		if (name != null && (name.length() > MAX_NAME || name.indexOf('\0') >= 0)) {
			throw InvalidRequestException.field("name",
					"name must have at most %d characters, and none that is U+0000".formatted(MAX_NAME));
		}
		UUID id = UuidV7.next();
		return this.enqueuer.observed(id, composition, (traced) -> create(id, name, composition, traced));
	}

	private Workflow create(UUID id, @Nullable String name, Composition composition, UnaryOperator<JobRequest> traced) {
		WorkflowPlan.Plan plan = WorkflowPlan.of(composition,
				(request) -> this.enqueuer.step(traced.apply(request), id));
		List<NewJob> all = jobs(plan.steps().stream());
		this.enqueuer.check(all);
		String tenant = tenant(all);
		return this.store.transactions().writeAtomically("create workflow", id, () -> {
			this.store.workflows().create(new NewWorkflow(id, plan.type(), name, plan.steps(), plan.last(), tenant));
			List<NewJob> first = jobs(plan.steps().stream().filter((step) -> step.dependencies().isEmpty()));
			this.intake.store(first);
			// The event takes type and queue from the job, which must be there.
			this.events.started(id, name, first.get(0).id(),
					(int) plan.steps().stream().filter(NewStep::counts).count());
			return require(id);
		});
	}

	// Steps hand their results on, which must not lead from one tenant to another
	// (ojs-multi-tenancy 15.2).
	private static @Nullable String tenant(List<NewJob> jobs) {
		Set<@Nullable String> tenants = new HashSet<>();
		jobs.forEach((job) -> tenants.add(job.tenant()));
		List<String> named = tenants.stream().flatMap(Stream::ofNullable).sorted().toList();
		if (named.size() > 1) {
			throw InvalidRequestException.field("meta.tenant_id",
					"The jobs of a workflow must be one tenant's, and these are of %s and %s".formatted(named.get(0),
							named.get(1)));
		}
		if (tenants.size() > 1) {
			throw InvalidRequestException.field("meta.tenant_id",
					"The jobs of a workflow must be one tenant's, and only some of these name %s"
						.formatted(named.get(0)));
		}
		return named.isEmpty() ? null : named.get(0);
	}

	private static List<NewJob> jobs(Stream<NewStep> steps) {
		return steps.map(NewStep::job).filter(Objects::nonNull).toList();
	}

	Optional<Workflow> find(UUID id) {
		return this.store.transactions().read(() -> this.store.workflows().find(id).map(this::read));
	}

	private Workflow read(Workflows.Entry entry) {
		return WorkflowView.of(entry, this.store.workflows().steps(entry.id()));
	}

	private Workflow require(UUID id) {
		return this.store.workflows().find(id).map(this::read).orElseThrow(() -> missing(id));
	}

	List<Workflow> list(@Nullable WorkflowState state, @Nullable String tenant, int limit, int offset) {
		Page.check(limit, offset);
		return this.store.workflows()
			.list(state, tenant, limit, offset)
			.stream()
			.map((entry) -> WorkflowView.of(entry, List.of()))
			.toList();
	}

	Workflow cancel(UUID id) {
		return this.store.transactions().writeAtomically("cancel workflow", id, () -> {
			Locked workflow = Optional.ofNullable(this.store.workflowSteps().lock(List.of(id)).get(id))
				.orElseThrow(() -> missing(id));
			if (workflow.state().isTerminal()) {
				throw ConflictException.workflow(id, workflow.state());
			}
			// An event needs a job, and no job has brought this one about.
			UUID job = this.store.workflowSteps().held(id).orElse(null);
			List<WaitingJobs.Ended> cancelled = this.store.workflows().cancelJobs(id);
			Instant at = this.store.workflowSteps().finish(id, WorkflowState.CANCELLED);
			this.events.finished(workflow, WorkflowState.CANCELLED, job, at);
			announce(cancelled);
			return require(id);
		});
	}

	private void announce(List<WaitingJobs.Ended> cancelled) {
		if (!cancelled.isEmpty()) {
			this.announcements.afterCommit(this.limiter::mayHaveChanged);
		}
		this.announcements
			.events(() -> cancelled.stream().map((job) -> job.event(JobEvent.CANCELLED, Map.of())).toList());
	}

	private static NotFoundException missing(UUID id) {
		return new NotFoundException("workflow", id.toString());
	}

}
