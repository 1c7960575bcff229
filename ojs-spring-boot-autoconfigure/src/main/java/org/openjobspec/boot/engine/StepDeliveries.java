package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.store.Claims;
import org.openjobspec.boot.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Gives steps of workflows what came before them, once they are claimed. The claim is
 * committed by then: should that fail, the jobs are handed back, since nobody would have
 * them while their leases run.
 */
final class StepDeliveries {

	private static final Logger logger = LoggerFactory.getLogger(StepDeliveries.class);

	private final Store store;

	private final Rejecter rejecter;

	/** What could not be handed back either. */
	private final Queue<Job> owed = new ConcurrentLinkedQueue<>();

	StepDeliveries(Store store, Rejecter rejecter) {
		this.store = store;
		this.rejecter = rejecter;
	}

	/**
	 * Hands back what an earlier claim has left behind. Whoever claims calls this first,
	 * and so no more is left behind than one claim holds, per thread.
	 */
	void settle() {
		// Not in the transaction of somebody who may undo it.
		if (this.owed.isEmpty() || this.store.transactions().joined()) {
			return;
		}
		List<Job> jobs = new ArrayList<>();
		for (Job job = this.owed.poll(); job != null; job = this.owed.poll()) {
			jobs.add(job);
		}
		giveBack(jobs);
	}

	/**
	 * Adds to each step what came before it.
	 * @param claimed what was claimed
	 * @return the same with the results
	 */
	List<List<Claims.Claimed>> complete(List<List<Claims.Claimed>> claimed) {
		List<UUID> steps = claimed.stream()
			.flatMap(List::stream)
			.map(Claims.Claimed::job)
			.filter((job) -> job.workflowId() != null)
			.map(Job::id)
			.toList();
		if (steps.isEmpty()) {
			return claimed;
		}
		try {
			Map<UUID, String> results = this.store.workflowResults().read(steps);
			return claimed.stream().map((part) -> part.stream().map((one) -> with(one, results)).toList()).toList();
		}
		catch (RuntimeException ex) {
			// In a transaction the claim is undone with it.
			if (!this.store.transactions().joined()) {
				undo(claimed, ex);
			}
			throw ex;
		}
	}

	private static Claims.Claimed with(Claims.Claimed claimed, Map<UUID, String> results) {
		String own = results.get(claimed.job().id());
		return (own != null)
				? new Claims.Claimed(claimed.job().withParentResults(own), claimed.checkIn(), claimed.limited())
				: claimed;
	}

	private void undo(List<List<Claims.Claimed>> claimed, RuntimeException cause) {
		List<Job> jobs = claimed.stream().flatMap(List::stream).map(Claims.Claimed::job).toList();
		try {
			giveBack(jobs);
		}
		catch (DataAccessException | TransactionException ex) {
			cause.addSuppressed(ex);
			logger.warn("The results before {} claimed jobs could not be read, nor could the jobs be handed back yet; "
					+ "the next fetch of this node does that", jobs.size());
		}
	}

	private void giveBack(Collection<Job> jobs) {
		try {
			this.rejecter.release(jobs);
		}
		catch (DataAccessException | TransactionException ex) {
			this.owed.addAll(jobs);
			throw ex;
		}
	}

}
