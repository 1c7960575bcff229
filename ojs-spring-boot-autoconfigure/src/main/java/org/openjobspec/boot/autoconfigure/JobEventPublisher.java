package org.openjobspec.boot.autoconfigure;

import java.util.function.Consumer;

import org.openjobspec.boot.job.JobEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;

/**
 * Publishes lifecycle events to Spring's listeners.
 */
final class JobEventPublisher implements Consumer<JobEvent> {

	private static final Logger logger = LoggerFactory.getLogger(JobEventPublisher.class);

	private final ApplicationEventPublisher publisher;

	JobEventPublisher(ApplicationEventPublisher publisher) {
		this.publisher = publisher;
	}

	@Override
	public void accept(JobEvent event) {
		try {
			this.publisher.publishEvent(event);
		}
		catch (RuntimeException ex) {
			// What the event reports is committed: its causer must not take it for
			// failed.
			logger.warn("A listener of {} for job {} failed", event.type(), event.jobId(), ex);
		}
	}

}
