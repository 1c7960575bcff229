package org.openjobspec.boot.web;

import java.util.Collection;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobRequest;

/**
 * What a request may name. Every method throws {@link InvalidRequestException}, 403, if
 * it may not.
 */
interface Grant {

	/** Of whoever is not limited to some queues or job types. */
	Grant ALL = new Grant() {
	};

	/**
	 * Whether it is limited at all, so that it is worth while to look.
	 */
	default boolean limited() {
		return false;
	}

	/** For what concerns all queues and all types. */
	default void requireAll() {
	}

	/** For a queue, or what is in it. */
	default void requireQueue(String queue) {
	}

	/** For what concerns all jobs of a queue. */
	default void requireWholeQueue(String queue) {
		requireQueue(queue);
	}

	/** For a job type. */
	default void requireType(String type) {
	}

	/** For a job that is there. What queue and type it has is not told. */
	default void requireStored(String queue, String type) {
	}

	/** For what makes such jobs and is there. */
	default void requireStored(JobRequest job) {
	}

	/** For a job that is to be enqueued, whose queue interceptors may still change. */
	default void require(JobRequest job) {
	}

	/** For jobs that are searched for: what the request is limited in, it must name. */
	default void requireFilter(Collection<String> queues, Collection<String> types) {
	}

	/** The same for a filter, which is returned. */
	default JobFilter narrow(JobFilter filter) {
		return filter;
	}

	/** Whether a list may show a job of a queue. */
	default boolean shows(String queue, String type) {
		return true;
	}

	/** Whether a list may show a queue. */
	default boolean shows(String queue) {
		return true;
	}

	/** The types that may be fetched; {@code null} for all. */
	default @Nullable Set<String> types() {
		return null;
	}

}
