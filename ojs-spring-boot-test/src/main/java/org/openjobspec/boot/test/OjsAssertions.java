package org.openjobspec.boot.test;

import org.openjobspec.boot.job.Job;
import tools.jackson.databind.json.JsonMapper;

/**
 * Entry points for assertions, to be imported statically beside AssertJ's own.
 */
public final class OjsAssertions {

	private OjsAssertions() {
	}

	/**
	 * Begins to look at the jobs of a test.
	 * @param jobs the jobs
	 * @return the assertions
	 */
	public static OjsJobsAssert assertThat(OjsJobs jobs) {
		return jobs.assertThat();
	}

	/**
	 * Begins to look at a job as it was when it was read: what an enqueue returned does
	 * not know what became of it. {@code assertThat(ojs).job(job)} reads it anew.
	 * @param job the job
	 * @return the assertions
	 */
	public static JobAssert assertThat(Job job) {
		return new JobAssert(job, new JobJson(JsonMapper.builder().findAndAddModules().build()));
	}

}
