package org.openjobspec.boot.test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobQuery;
import org.openjobspec.boot.job.JobSummary;
import org.openjobspec.boot.worker.OjsWorker;

/**
 * The real engine on its database.
 */
final class EngineBench implements Bench {

	private static final int PAGE = 1000;

	private final JobEngine engine;

	private final @Nullable OjsWorker worker;

	private final Cleaning cleaning;

	EngineBench(JobEngine engine, @Nullable OjsWorker worker, Cleaning cleaning) {
		this.engine = engine;
		this.worker = worker;
		this.cleaning = cleaning;
	}

	@Override
	public List<Job> all() {
		List<Job> jobs = new ArrayList<>();
		int offset = 0;
		List<JobSummary> page = page(offset);
		while (!page.isEmpty()) {
			page.forEach((summary) -> this.engine.find(summary.id()).ifPresent(jobs::add));
			offset += page.size();
			page = (page.size() == PAGE) ? page(offset) : List.of();
		}
		// Their ids tell milliseconds only.
		jobs.sort(Comparator.comparing(Job::createdAt));
		return jobs;
	}

	private List<JobSummary> page(int offset) {
		return this.engine.admin().jobs(new JobQuery(JobFilter.ALL, JobQuery.Sort.CREATED, true, PAGE, offset)).items();
	}

	@Override
	public Optional<Job> find(UUID id) {
		return this.engine.find(id);
	}

	@Override
	public List<Job> run(@Nullable String queue, int maxAttempts) {
		if (this.worker == null) {
			throw new IllegalStateException(
					"There is no worker to run jobs, since ojs.worker.enabled is false. Leave it "
							+ "out in tests, where the worker does not start by itself");
		}
		return this.worker.runDue(queue, maxAttempts);
	}

	@Override
	public void advance(Duration duration) {
		this.engine.rehearsal().advance(duration);
	}

	@Override
	public void clear() {
		OjsWorker running = (this.worker != null && this.worker.isRunning()) ? this.worker : null;
		if (running == null) {
			this.cleaning.clear();
			return;
		}
		running.stop();
		try {
			this.cleaning.clear();
		}
		finally {
			running.start();
		}
	}

	@Override
	public boolean clearsBeforeEach() {
		return this.cleaning.wanted();
	}

}
