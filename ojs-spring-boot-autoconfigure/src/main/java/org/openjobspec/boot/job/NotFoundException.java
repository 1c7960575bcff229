package org.openjobspec.boot.job;

import java.util.Map;

/**
 * There is no such job, or no longer: finished jobs are pruned after their retention. Or
 * there is no periodic job of that name.
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
		return CRON.equals(details().get("resource_type")) ? "Check the name against the list of cron jobs."
				: "Check the id; finished jobs are removed after their retention period.";
	}

}
