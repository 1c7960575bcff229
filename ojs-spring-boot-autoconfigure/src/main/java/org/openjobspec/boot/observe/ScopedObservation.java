package org.openjobspec.boot.observe;

import java.util.function.Consumer;
import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.Redaction;

/**
 * An observation of what happens on the current thread. Conventions and handlers are the
 * application's; what they throw must not reach a caller whose jobs are stored, or it
 * would store them twice.
 */
final class ScopedObservation {

	private final ObservationRegistry registry;

	private final Consumer<Throwable> faults;

	private final Observation observation;

	private final Observation.Scope scope;

	private final Observation.@Nullable Scope before;

	private ScopedObservation(ObservationRegistry registry, Consumer<Throwable> faults, Observation observation,
			Observation.Scope scope, Observation.@Nullable Scope before) {
		this.registry = registry;
		this.faults = faults;
		this.observation = observation;
		this.scope = scope;
		this.before = before;
	}

	/**
	 * Begins an observation and opens its scope.
	 * @param registry where it goes
	 * @param source makes it
	 * @param faults hears what conventions and handlers throw
	 * @return the observation; {@code null} if nobody wants it, or it cannot be begun
	 */
	static @Nullable ScopedObservation begin(ObservationRegistry registry, Supplier<Observation> source,
			Consumer<Throwable> faults) {
		Observation.Scope before = registry.getCurrentObservationScope();
		Observation observation = null;
		try {
			observation = source.get();
			if (observation.isNoop()) {
				return null;
			}
			observation.start();
			return new ScopedObservation(registry, faults, observation, observation.openScope(), before);
		}
		catch (RuntimeException | Error ex) {
			faults.accept(ex);
			restore(registry, before, faults);
			if (observation != null) {
				end(observation, ex, faults);
			}
			return null;
		}
	}

	/**
	 * Does something that belongs to the observation and not to what is observed.
	 * @param action does it
	 */
	void run(Runnable action) {
		guarded(action, this.faults);
	}

	/**
	 * Ends the observation, on the thread on which it has begun.
	 * @param error what has gone wrong; {@code null} for nothing
	 */
	void end(@Nullable Throwable error) {
		if (error != null) {
			run(() -> this.observation.error(error));
		}
		run(this.scope::close);
		restore(this.registry, this.before, this.faults);
		run(this.observation::stop);
	}

	// Those handlers that have begun have something to end; of these, Micrometer reaches
	// the ones up to the next that fails.
	private static void end(Observation observation, Throwable error, Consumer<Throwable> faults) {
		guarded(() -> observation.error(Redaction.trace(error)), faults);
		guarded(observation::stop, faults);
	}

	// After a handler that throws the others are not asked: the registry, the tracer and
	// the logging context would stay in this scope, and so would whatever the thread does
	// next. Nothing that is not deprecated reaches those, and a span that was current
	// without an observation is lost with the scope.
	@SuppressWarnings("deprecation")
	private static void restore(ObservationRegistry registry, Observation.@Nullable Scope before,
			Consumer<Throwable> faults) {
		Observation.Scope current = registry.getCurrentObservationScope();
		if (current == before) {
			return;
		}
		if (current != null) {
			guarded(current::reset, faults);
		}
		registry.setCurrentObservationScope(null);
		if (before != null) {
			guarded(before::makeCurrent, faults);
		}
		registry.setCurrentObservationScope(before);
	}

	private static void guarded(Runnable action, Consumer<Throwable> faults) {
		try {
			action.run();
		}
		catch (RuntimeException | Error ex) {
			faults.accept(ex);
		}
	}

}
