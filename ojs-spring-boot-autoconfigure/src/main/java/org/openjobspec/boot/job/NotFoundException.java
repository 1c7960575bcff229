package org.openjobspec.boot.job;

import java.util.Map;

/**
 * There is no such job, or no longer: finished jobs are pruned after their retention. Or
 * there is nothing else of that name, such as a periodic job, a workflow or a schema.
 */
public final class NotFoundException extends OjsException {

	private static final long serialVersionUID = 1L;

	/** What a periodic job is called, which has a name and no id. */
	public static final String CRON = "cron job";

	/**
	 * Something was not found.
	 * @param resourceType what kind of thing, for example {@code job}
	 * @param resourceId its id or name
	 */
	public NotFoundException(String resourceType, String resourceId) {
		super("not_found", 404, false, "There is no %s '%s'".formatted(resourceType, resourceId),
				Map.of("resource_type", resourceType, "resource_id", resourceId));
	}

	@Override
	public String hint() {
		return switch (String.valueOf(details().get("resource_type"))) {
			case "job" -> "Check the id; finished jobs are removed after their retention period.";
			case "dead-letter job" ->
				"Check the id against the list of dead letters; the job may have been retried or deleted.";
			case "checkpoint of job" ->
				"Start from the beginning: the job has saved nothing, or nothing is kept of it.";
			case "workflow" -> "Check the id; finished workflows are removed after their retention period.";
			case CRON -> "Check the name against the list of cron jobs.";
			case "schema" -> "Check type, version and URI against the list of schemas.";
			case "worker" -> "Check the id; a worker is known once it has sent a heartbeat, and forgotten after a day.";
			case "queue" -> "Check the name against the list of queues; a queue is known once it has been used.";
			case "rate limit" -> "Check the key; one that no job has had yet is not known.";
			default -> "Check the name.";
		};
	}

}
