package org.openjobspec.boot.conformance;

import java.time.Duration;

/**
 * How the runner waits. Tests of the runner itself do not.
 */
@FunctionalInterface
interface Pause {

	Pause REAL = (duration) -> Thread.sleep(duration.toMillis());

	Pause NONE = (duration) -> {
	};

	void pause(Duration duration) throws InterruptedException;

}
