package org.openjobspec.boot.store;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A workflow to be stored.
 *
 * @param id its id
 * @param type what it is
 * @param name its name for people, or {@code null}
 * @param steps its steps, in the order of their numbers
 * @param last the step whose end is the workflow's
 * @param tenant whose all of its jobs are; {@code null} if they are not one tenant's
 */
public record NewWorkflow(UUID id, String type, @Nullable String name, List<NewStep> steps, int last,
		@Nullable String tenant) {
}
