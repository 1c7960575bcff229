package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.OjsException;
import org.openjobspec.boot.store.NewJob;

/**
 * Jobs that are to be enqueued together, and those of them that are refused, each in its
 * place.
 */
final class Batch {

	private final int size;

	private final Map<Integer, NewJob> jobs = new TreeMap<>();

	private final Map<Integer, OjsException> refusals = new TreeMap<>();

	/**
	 * Creates a batch without jobs.
	 * @param size how many are asked for
	 */
	Batch(int size) {
		this.size = size;
	}

	static Batch of(List<NewJob> jobs) {
		Batch batch = new Batch(jobs.size());
		for (int place = 0; place < jobs.size(); place++) {
			batch.add(place, jobs.get(place));
		}
		return batch;
	}

	void add(int place, NewJob job) {
		this.jobs.put(place, job);
	}

	void refuse(int place, OjsException refusal) {
		this.jobs.remove(place);
		this.refusals.put(place, (this.size > 1) ? refusal.at(place) : refusal);
	}

	@Nullable OjsException refusal(int place) {
		return this.refusals.get(place);
	}

	boolean isRefused() {
		return !this.refusals.isEmpty();
	}

	/**
	 * Refuses all jobs for the first that is refused.
	 */
	void requireAll() {
		if (isRefused()) {
			throw this.refusals.values().iterator().next();
		}
	}

	/**
	 * The jobs that are not refused, in their order.
	 */
	List<NewJob> jobs() {
		return new ArrayList<>(this.jobs.values());
	}

	/**
	 * Looks at each job that is not refused; it may be refused meanwhile.
	 * @param look is given the job's place and the job
	 */
	void forEach(BiConsumer<Integer, NewJob> look) {
		new ArrayList<>(this.jobs.entrySet()).forEach((entry) -> look.accept(entry.getKey(), entry.getValue()));
	}

}
