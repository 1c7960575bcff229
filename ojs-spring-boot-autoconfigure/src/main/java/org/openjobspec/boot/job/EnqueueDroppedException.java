package org.openjobspec.boot.job;

import java.util.Map;

/**
 * An enqueue interceptor dropped the job on purpose (ojs-middleware). Nothing was stored.
 */
public final class EnqueueDroppedException extends OjsException {

	private static final long serialVersionUID = 1L;

	/**
	 * A job was dropped.
	 * @param type the job's type
	 * @param interceptor the interceptor that dropped it
	 */
	public EnqueueDroppedException(String type, String interceptor) {
		super("dropped", 422, false, "The interceptor %s dropped a job of type '%s'".formatted(interceptor, type),
				Map.of("interceptor", interceptor));
	}

	@Override
	public String hint() {
		return "Ask the owner of the interceptor why it drops such jobs.";
	}

}
