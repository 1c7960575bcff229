package org.openjobspec.boot.test;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Takes the jobs of a transaction back that is rolled back, or those since a savepoint.
 */
final class FakeUndo implements TransactionSynchronization {

	private final Consumer<List<UUID>> forget;

	private final List<UUID> ids = new ArrayList<>();

	private final Deque<Mark> marks = new ArrayDeque<>();

	private FakeUndo(Consumer<List<UUID>> forget) {
		this.forget = forget;
	}

	static FakeUndo current(Consumer<List<UUID>> forget) {
		for (TransactionSynchronization synchronization : TransactionSynchronizationManager.getSynchronizations()) {
			if (synchronization instanceof FakeUndo existing) {
				return existing;
			}
		}
		FakeUndo created = new FakeUndo(forget);
		TransactionSynchronizationManager.registerSynchronization(created);
		return created;
	}

	void add(UUID id) {
		this.ids.add(id);
	}

	@Override
	public void savepoint(Object savepoint) {
		this.marks.push(new Mark(savepoint, this.ids.size()));
	}

	@Override
	public void savepointRollback(Object savepoint) {
		// One that was set before the first job of the transaction is not known.
		int keep = this.marks.stream()
			.filter((mark) -> mark.savepoint().equals(savepoint))
			.mapToInt(Mark::size)
			.findFirst()
			.orElse(0);
		forgetFrom(keep);
	}

	@Override
	public void afterCompletion(int status) {
		if (status == STATUS_ROLLED_BACK) {
			forgetFrom(0);
		}
	}

	private void forgetFrom(int place) {
		List<UUID> undone = this.ids.subList(place, this.ids.size());
		this.forget.accept(List.copyOf(undone));
		undone.clear();
	}

	private record Mark(Object savepoint, int size) {
	}

}
