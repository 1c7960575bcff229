package org.openjobspec.boot.observe;

import java.util.function.Supplier;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.Redaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An observation of what happens on the current thread. Conventions and handlers are the
 * application's; what they throw must not reach a caller whose jobs are stored, or it
 * would store them twice.
 */
final class ScopedObservation {

	private static final Logger logger = LoggerFactory.getLogger(OjsObservations.class);

	private final ObservationRegistry registry;

	private final Supplier<String> subject;

	private final Observation observation;

	private final Observation.Scope scope;

	private final Observation.@Nullable Scope before;

	private ScopedObservation(ObservationRegistry registry, Supplier<String> subject, Observation observation,
			Observation.Scope scope, Observation.@Nullable Scope before) {
		this.registry = registry;
		this.subject = subject;
		this.observation = observation;
		this.scope = scope;
		this.before = before;
	}

	/**
	 * Begins an observation and opens its scope.
	 * @param registry where it goes
	 * @param source makes it
	 * @param subject what is observed, for the log
	 * @return the observation; {@code null} if nobody wants it, or it cannot be begun
	 */
	static @Nullable ScopedObservation begin(ObservationRegistry registry, Supplier<Observation> source,
			Supplier<String> subject) {
		Observation.Scope before = registry.getCurrentObservationScope();
		Observation started = null;
		try {
			Observation observation = source.get();
			if (observation.isNoop()) {
				return null;
			}
			started = observation.start();
			return new ScopedObservation(registry, subject, started, started.openScope(), before);
		}
		catch (RuntimeException | Error ex) {
			warn(subject, ex);
			if (started != null) {
				Observation.Scope open = registry.getCurrentObservationScope();
				if (open != null && open != before) {
					quietly(open::close);
				}
				quietly(started::stop);
			}
			registry.setCurrentObservationScope(before);
			return null;
		}
	}

	/**
	 * Does something that belongs to the observation and not to what is observed.
	 * @param action does it
	 */
	void run(Runnable action) {
		try {
			action.run();
		}
		catch (RuntimeException | Error ex) {
			warn(this.subject, ex);
		}
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
		// A handler that throws keeps the scope from leaving the thread.
		if (this.registry.getCurrentObservationScope() == this.scope) {
			this.registry.setCurrentObservationScope(this.before);
		}
		run(this.observation::stop);
	}

	private static void warn(Supplier<String> subject, Throwable thrown) {
		logger.warn("{} is not observed as it should be: a convention or a handler of observations failed",
				subject.get(), Redaction.trace(thrown));
	}

	private static void quietly(Runnable action) {
		try {
			action.run();
		}
		catch (RuntimeException | Error ex) {
			logger.debug("Not stopped either", ex);
		}
	}

}
