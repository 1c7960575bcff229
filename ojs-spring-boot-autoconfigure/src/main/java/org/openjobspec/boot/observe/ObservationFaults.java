package org.openjobspec.boot.observe;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

import org.openjobspec.boot.engine.Redaction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that conventions, handlers or propagators fail: what is broken is so for each job.
 */
final class ObservationFaults {

	private static final Logger logger = LoggerFactory.getLogger(OjsObservations.class);

	private final AtomicBoolean told = new AtomicBoolean();

	/**
	 * Prepares to say what is not observed.
	 * @param subject what would have been
	 * @return takes what was thrown
	 */
	Consumer<Throwable> of(Supplier<String> subject) {
		return (thrown) -> {
			if (this.told.compareAndSet(false, true)) {
				logger.warn(
						"{} is not observed as it should be: a convention, a handler or a propagator of observations "
								+ "failed. Others of this kind are logged at the level DEBUG, with their messages",
						subject.get(), Redaction.trace(thrown));
			}
			logger.debug("{} is not observed as it should be", subject.get(), thrown);
		};
	}

}
