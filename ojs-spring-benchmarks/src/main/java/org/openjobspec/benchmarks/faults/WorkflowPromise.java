package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Promise.Way;

/**
 * What a producer knows of a workflow that it has asked for.
 *
 * @param token its name, by which it is recognised, since the backend chooses the ids
 * @param shape what it is made of
 * @param way how it was asked for
 * @param sentAt when it was asked for
 * @param acknowledgedAs its id, from the answer; {@code null} without one
 */
record WorkflowPromise(UUID token, Shape shape, Way way, Instant sentAt, @Nullable UUID acknowledgedAs) {

	WorkflowPromise acknowledged(UUID id) {
		return new WorkflowPromise(this.token, this.shape, this.way, this.sentAt, id);
	}

}
