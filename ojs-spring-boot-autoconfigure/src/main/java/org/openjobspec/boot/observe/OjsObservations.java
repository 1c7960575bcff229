package org.openjobspec.boot.observe;

import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.EnqueueCall;
import org.openjobspec.boot.engine.EnqueueObserver;
import org.openjobspec.boot.job.BackendUnavailableException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.OjsException;

/**
 * Observes what enqueues jobs and what runs them. Where the registry has nobody who wants
 * to know, nothing is done.
 */
public final class OjsObservations implements EnqueueObserver {

	private static final OjsEnqueueObservationConvention ENQUEUE = new DefaultOjsEnqueueObservationConvention();

	private static final OjsProcessObservationConvention PROCESS = new DefaultOjsProcessObservationConvention();

	private final ObservationRegistry registry;

	private final @Nullable OjsEnqueueObservationConvention enqueue;

	private final @Nullable OjsProcessObservationConvention process;

	private final BooleanSupplier inTrace;

	/**
	 * Creates what observes.
	 * @param registry where observations go
	 * @param enqueue names those of jobs that are enqueued; {@code null} for the default
	 * @param process names those of attempts; {@code null} for the default
	 * @param inTrace whether the current thread works within a trace
	 */
	public OjsObservations(ObservationRegistry registry, @Nullable OjsEnqueueObservationConvention enqueue,
			@Nullable OjsProcessObservationConvention process, BooleanSupplier inTrace) {
		this.registry = registry;
		this.enqueue = enqueue;
		this.process = process;
		this.inTrace = inTrace;
	}

	@Override
	public boolean observes() {
		return !this.registry.isNoop();
	}

	@Override
	public boolean inTrace() {
		// What is filtered out writes nothing of the trace.
		return this.inTrace.getAsBoolean() && !Observation.createNotStarted(name(), this.registry).isNoop();
	}

	private String name() {
		return Objects.toString(((this.enqueue != null) ? this.enqueue : ENQUEUE).getName());
	}

	@Override
	public <T> T observe(EnqueueCall call, Supplier<T> action) {
		OjsEnqueueContext context = new OjsEnqueueContext(call);
		Observation observation = OjsObservation.JOB_ENQUEUE.observation(this.enqueue, ENQUEUE, () -> context,
				this.registry);
		observation.start();
		try (Observation.Scope scope = observation.openScope()) {
			T result = action.get();
			context.setOutcome(outcome(call));
			return result;
		}
		catch (RuntimeException | Error ex) {
			context.setOutcome((ex instanceof OjsException && !(ex instanceof BackendUnavailableException)) ? "refused"
					: "failed");
			observation.error(ex);
			throw ex;
		}
		finally {
			observation.stop();
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
		Observation observation = OjsObservation.JOB_PROCESS.observation(this.process, PROCESS, () -> context,
				this.registry);
		if (observation.isNoop()) {
			return null;
		}
		observation.start();
		return new Attempt(context, observation, observation.openScope());
	}

	/** An attempt that is observed. */
	public static final class Attempt {

		private final OjsProcessContext context;

		private final Observation observation;

		private final Observation.Scope scope;

		private Attempt(OjsProcessContext context, Observation observation, Observation.Scope scope) {
			this.context = context;
			this.observation = observation;
			this.scope = scope;
		}

		/**
		 * Ends the observation, on the thread on which it has begun.
		 * @param outcome how the attempt has ended, as {@link OjsProcessContext} has it
		 * @param thrown what the handler threw; {@code null} for nothing
		 */
		public void end(String outcome, @Nullable Throwable thrown) {
			try {
				this.context.setOutcome(outcome);
				Throwable error = error(outcome, thrown);
				if (error != null) {
					this.observation.error(error);
				}
			}
			finally {
				this.scope.close();
				this.observation.stop();
			}
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
