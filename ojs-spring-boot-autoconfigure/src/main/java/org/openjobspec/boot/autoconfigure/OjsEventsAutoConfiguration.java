package org.openjobspec.boot.autoconfigure;

import org.openjobspec.boot.client.OjsRequest;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.EnqueueDroppedException;
import org.openjobspec.boot.worker.EventEnqueuer;
import org.openjobspec.boot.worker.HandlerRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for application events that become jobs.
 */
@AutoConfiguration(after = OjsAutoConfiguration.class)
@ConditionalOnBean({ OjsTemplate.class, HandlerRegistry.class })
public final class OjsEventsAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(OjsEventsAutoConfiguration.class);

	OjsEventsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	static EventEnqueuer ojsEventEnqueuer(OjsTemplate template) {
		return (type, queue, event) -> {
			OjsRequest request = template.request(type).args(new Object[] { event });
			if (queue != null) {
				request.queue(queue);
			}
			try {
				request.enqueue();
				return true;
			}
			catch (EnqueueDroppedException ex) {
				// Whoever publishes an event need not know that somebody makes a job of
				// it.
				logger.debug("An event did not become a job: {}", ex.getMessage());
				return false;
			}
		};
	}

	// Listens as late as Spring's own annotated listeners do, and after them.
	@Bean
	static SmartInitializingSingleton ojsEventListeners(HandlerRegistry handlers, EventEnqueuer enqueuer,
			ApplicationContext context) {
		return () -> handlers.whenFound(() -> handlers.eventListeners(enqueuer)
			.forEach(((ConfigurableApplicationContext) context)::addApplicationListener));
	}

}
