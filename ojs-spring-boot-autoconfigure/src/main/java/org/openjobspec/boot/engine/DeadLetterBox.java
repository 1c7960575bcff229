package org.openjobspec.boot.engine;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.Store;

/**
 * The dead letter (ojs-dead-letter).
 */
final class DeadLetterBox {

	private static final int COUNT_AT_MOST = 10_000;

	private final Store store;

	private final Revival revival;

	DeadLetterBox(Store store, Revival revival) {
		this.store = store;
		this.revival = revival;
	}

	Page<Job> list(@Nullable String queue, @Nullable String tenant, int limit, int offset) {
		Page.check(limit, offset);
		List<Job> jobs = this.store.reads().deadLetters(queue, tenant, limit, offset);
		return new Page<>(jobs, this.store.reads().countDeadLetters(queue, tenant, COUNT_AT_MOST), limit, offset);
	}

	Job retry(UUID id) {
		return this.store.transactions().write("retry", id, () -> {
			if (this.revival.retry(id).isEmpty()) {
				throw missing(id);
			}
			return this.store.reads().find(id).orElseThrow(() -> missing(id));
		});
	}

	void delete(UUID id) {
		boolean deleted = this.store.transactions().writeOnce("delete", id, () -> this.store.deadLetters().delete(id));
		if (!deleted) {
			throw missing(id);
		}
	}

	private static NotFoundException missing(UUID id) {
		return new NotFoundException("dead-letter job", id.toString());
	}

}
