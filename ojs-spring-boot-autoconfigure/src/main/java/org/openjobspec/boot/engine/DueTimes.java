package org.openjobspec.boot.engine;

import java.time.Duration;

/**
 * Tells the maintenance of this node that something will be due before it would look by
 * itself.
 */
@FunctionalInterface
interface DueTimes {

	void dueIn(Duration delay);

}
