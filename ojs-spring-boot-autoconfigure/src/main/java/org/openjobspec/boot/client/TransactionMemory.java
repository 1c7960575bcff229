package org.openjobspec.boot.client;

import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Remembers which jobs were enqueued in transactions of the current thread that have not
 * ended, suspended ones included.
 */
final class TransactionMemory {

	void enqueued(UUID id) {
		if (!TransactionSynchronizationManager.isActualTransactionActive()
				|| !TransactionSynchronizationManager.isSynchronizationActive()) {
			return;
		}
		Set<UUID> ids = ids();
		if (ids == null) {
			ids = new HashSet<>();
			TransactionSynchronizationManager.bindResource(this, ids);
		}
		ids.add(id);
		current().ids.add(id);
	}

	private Forget current() {
		for (TransactionSynchronization existing : TransactionSynchronizationManager.getSynchronizations()) {
			if (existing instanceof Forget forget && forget.memory() == this) {
				return forget;
			}
		}
		Forget created = new Forget();
		TransactionSynchronizationManager.registerSynchronization(created);
		return created;
	}

	@SuppressWarnings("unchecked")
	private @Nullable Set<UUID> ids() {
		return (Set<UUID>) TransactionSynchronizationManager.getResource(this);
	}

	/**
	 * Refuses to wait for what cannot be seen.
	 * @param id the job to wait for
	 * @throws IllegalStateException if a transaction of this thread hides the job's end
	 */
	void requireVisible(UUID id) {
		Set<UUID> ids = ids();
		if (ids != null && ids.contains(id)) {
			throw new IllegalStateException(("Cannot wait for job %s: the current transaction has enqueued it, and no "
					+ "worker sees it before that transaction commits. Wait after the commit, or enqueue in a "
					+ "transaction of its own (@Transactional(propagation = REQUIRES_NEW)).")
				.formatted(id));
		}
		Integer isolation = TransactionSynchronizationManager.getCurrentTransactionIsolationLevel();
		if (isolation != null && isolation >= TransactionDefinition.ISOLATION_REPEATABLE_READ) {
			throw new IllegalStateException(("Cannot wait for job %s: the isolation of the current transaction hides "
					+ "what others commit. Wait outside of it.")
				.formatted(id));
		}
	}

	/** Forgets the jobs of one transaction at its end. */
	private final class Forget implements TransactionSynchronization {

		private final Set<UUID> ids = new HashSet<>();

		private TransactionMemory memory() {
			return TransactionMemory.this;
		}

		@Override
		public void afterCompletion(int status) {
			Set<UUID> all = ids();
			if (all != null) {
				all.removeAll(this.ids);
				if (all.isEmpty()) {
					TransactionSynchronizationManager.unbindResource(TransactionMemory.this);
				}
			}
		}

	}

}
