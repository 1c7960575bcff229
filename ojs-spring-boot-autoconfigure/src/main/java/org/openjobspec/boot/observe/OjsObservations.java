package org.openjobspec.boot.observe;

import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.EnqueueCall;
import org.openjobspec.boot.engine.EnqueueObserver;
import org.openjobspec.boot.engine.Redaction;
import org.openjobspec.boot.engine.TraceMeta;
import org.openjobspec.boot.engine.TraceParent;
import org.openjobspec.boot.job.BackendUnavailableException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.OjsException;

/**
 * Observes what enqueues jobs and what runs them. Where the registry has nobody who wants
 * to know, nothing is done. What those throw who want to know is logged, and changes
 * nothing for the jobs.
 */
public final class OjsObservations implements EnqueueObserver {

	private static final OjsEnqueueObservationConvention ENQUEUE = new DefaultOjsEnqueueObservationConvention();

	private static final OjsProcessObservationConvention PROCESS = new DefaultOjsProcessObservationConvention();

	private final ObservationFaults faults = new ObservationFaults();

	private final ObservationRegistry registry;

	private final @Nullable OjsEnqueueObservationConvention enqueue;

	private final @Nullable OjsProcessObservationConvention process;

	private final Supplier<Optional<TraceParent>> current;

	/**
	 * Creates what observes.
	 * @param registry where observations go
	 * @param enqueue names those of jobs that are enqueued; {@code null} for the default
	 * @param process names those of attempts; {@code null} for the default
	 * @param current the span in which the current thread works, if it does in one
	 */
	public OjsObservations(ObservationRegistry registry, @Nullable OjsEnqueueObservationConvention enqueue,
			@Nullable OjsProcessObservationConvention process, Supplier<Optional<TraceParent>> current) {
		this.registry = registry;
		this.enqueue = enqueue;
		this.process = process;
		this.current = current;
	}

	@Override
	public boolean observes() {
		return !this.registry.isNoop();
	}

	@Override
	public boolean inTrace() {
		try {
			// What is filtered out writes nothing of the trace.
			return this.current.get().isPresent() && !Observation.createNotStarted(name(), this.registry).isNoop();
		}
		catch (RuntimeException | Error ex) {
			this.faults.of(() -> "A request that enqueues").accept(ex);
			return false;
		}
	}

	private String name() {
		return Objects.toString(((this.enqueue != null) ? this.enqueue : ENQUEUE).getName());
	}

	@Override
	public <T> T observe(EnqueueCall call, Supplier<T> action) {
		OjsEnqueueContext context = new OjsEnqueueContext(call);
		ScopedObservation observation = ScopedObservation.begin(this.registry,
				() -> OjsObservation.JOB_ENQUEUE.observation(this.enqueue, ENQUEUE, () -> context, this.registry),
				this.faults.of(() -> "Enqueueing type '%s' to queue '%s'".formatted(call.type(), call.queue())));
		if (observation == null) {
			return action.get();
		}
		observation.run(() -> carryTrace(call));
		T result;
		try {
			result = action.get();
		}
		catch (Throwable ex) {
			context.setOutcome((ex instanceof OjsException && !(ex instanceof BackendUnavailableException)) ? "refused"
					: "failed");
			observation.end(Redaction.ofEnqueue(ex));
			throw ex;
		}
		context.setOutcome(outcome(call));
		observation.end(null);
		return result;
	}

	// Applications may propagate in a form of their own, and jobs carry that of the W3C.
	private void carryTrace(EnqueueCall call) {
		if (call.lacksTrace()) {
			this.current.get().ifPresent((span) -> call.propagate(TraceMeta.TRACEPARENT, span.text()));
		}
	}

	private static String outcome(EnqueueCall call) {
		if (call.workflowId() != null) {
			return "stored";
		}
		int answered = call.jobs().size();
		if (answered < call.size()) {
			return (answered == 0) ? "refused" : "partial";
		}
		return (call.created() == 0) ? "existing" : "stored";
	}

	/**
	 * Observes an attempt from now on, on the current thread.
	 * @param job the job as it was claimed
	 * @return the observation; {@code null} if nobody wants to know
	 */
	public @Nullable Attempt begin(Job job) {
		if (this.registry.isNoop()) {
			return null;
		}
		OjsProcessContext context = new OjsProcessContext(job);
		ScopedObservation observation = ScopedObservation.begin(this.registry,
				() -> OjsObservation.JOB_PROCESS.observation(this.process, PROCESS, () -> context, this.registry),
				this.faults
					.of(() -> "Attempt %d of job %s of type '%s'".formatted(job.attempt(), job.id(), job.type())));
		return (observation != null) ? new Attempt(context, observation) : null;
	}

	/** An attempt that is observed. */
	public static final class Attempt {

		private final OjsProcessContext context;

		private final ScopedObservation observation;

		private Attempt(OjsProcessContext context, ScopedObservation observation) {
			this.context = context;
			this.observation = observation;
		}

		/**
		 * Ends the observation, on the thread on which it has begun.
		 * @param outcome how the attempt has ended, as {@link OjsProcessContext} has it
		 * @param thrown what the handler threw; {@code null} for nothing
		 */
		public void end(String outcome, @Nullable Throwable thrown) {
			this.context.setOutcome(outcome);
			this.observation.end(error(outcome, thrown));
		}

		// What a handler throws because it was told to stop is no error.
		private static @Nullable Throwable error(String outcome, @Nullable Throwable thrown) {
			return switch (outcome) {
				case "failed" -> thrown;
				case "timed_out" ->
					(thrown != null) ? thrown : new TimeoutException("The handler did not finish within its timeout");
				default -> null;
			};
		}

	}

}
