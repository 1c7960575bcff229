package org.openjobspec.boot.job;

import java.util.Map;

/**
 * A job was to be changed inside a read-only transaction. No statement was sent, so the
 * transaction is intact.
 */
public final class ReadOnlyTransactionException extends OjsException {

	private static final long serialVersionUID = 1L;

	/**
	 * A change was refused.
	 * @param operation the verb, for example {@code enqueue}
	 * @param subject what it was applied to, for example a job's type or id
	 */
	public ReadOnlyTransactionException(String operation, String subject) {
		super("conflict", 409, false,
				"Cannot %s '%s': the current transaction is read-only".formatted(operation, subject), Map.of());
	}

	@Override
	public String hint() {
		return "Remove readOnly=true from the surrounding @Transactional, or call from a method with "
				+ "@Transactional(propagation = REQUIRES_NEW).";
	}

}
