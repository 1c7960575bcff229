package org.openjobspec.boot.store;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What is to be done once a transaction has committed, aware of savepoints: what belongs
 * to a part that was rolled back must not be announced.
 */
final class CommitActions implements TransactionSynchronization {

	private static final Logger logger = LoggerFactory.getLogger(CommitActions.class);

	private final List<Runnable> actions = new ArrayList<>();

	private final Deque<Mark> marks = new ArrayDeque<>();

	private final Transactions owner;

	private boolean committed;

	private CommitActions(Transactions owner) {
		this.owner = owner;
	}

	static CommitActions current(Transactions owner) {
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof CommitActions existing && existing.owner.equals(owner)) {
				return existing;
			}
		}
		CommitActions created = new CommitActions(owner);
		TransactionSynchronizationManager.registerSynchronization(created);
		return created;
	}

	void add(Runnable action) {
		this.actions.add(action);
	}

	int size() {
		return this.actions.size();
	}

	/** Forgets the actions of a part that was undone. */
	void truncate(int size) {
		this.actions.subList(size, this.actions.size()).clear();
	}

	@Override
	public void savepoint(Object savepoint) {
		this.marks.push(new Mark(savepoint, this.actions.size()));
	}

	@Override
	public void savepointRollback(Object savepoint) {
		// A savepoint that was set before the first action was registered is unknown
		// here: then everything came after it.
		int keep = 0;
		for (Mark mark : this.marks) {
			if (mark.savepoint().equals(savepoint)) {
				keep = mark.size();
				break;
			}
		}
		truncate(keep);
	}

	boolean committed() {
		return this.committed;
	}

	@Override
	public void afterCommit() {
		this.committed = true;
		for (Runnable action : List.copyOf(this.actions)) {
			try {
				action.run();
			}
			catch (RuntimeException ex) {
				// The commit has happened; an exception here would tell the caller
				// otherwise.
				logger.warn("Could not announce a committed change; it takes effect with the next poll", ex);
			}
		}
	}

	private record Mark(Object savepoint, int size) {
	}

}
