package org.openjobspec.boot.worker;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.event.GenericApplicationListener;
import org.springframework.core.Ordered;
import org.springframework.core.ResolvableType;

/**
 * Listens to events that become jobs, after the application's other listeners: what these
 * refuse is not stored outside of a transaction either.
 */
abstract sealed class EventListening implements GenericApplicationListener permits EventClasses, EventHandler {

	private static final Logger logger = LoggerFactory.getLogger(OjsEnqueue.class);

	private final EventEnqueuer enqueuer;

	EventListening(EventEnqueuer enqueuer) {
		this.enqueuer = enqueuer;
	}

	/**
	 * What becomes of an event.
	 * @param event the event, or the payload of one
	 * @return what to do; {@code null} for nothing
	 */
	abstract @Nullable EventSpec spec(Object event);

	@Override
	public final void onApplicationEvent(ApplicationEvent published) {
		Object event = (published instanceof PayloadApplicationEvent<?> payload) ? payload.getPayload() : published;
		EventSpec spec = spec(event);
		if (spec != null && spec.wants(event) && this.enqueuer.enqueue(spec.type(), spec.queue(), event)) {
			logger.debug("Event of class {} became a job of type '{}'", event.getClass().getName(), spec.type());
		}
	}

	/**
	 * The type of the event itself, where Spring has wrapped it.
	 * @param published the type of what is published
	 * @return the type of its payload, or the type itself
	 */
	static ResolvableType content(ResolvableType published) {
		return PayloadApplicationEvent.class.isAssignableFrom(published.toClass())
				? published.as(PayloadApplicationEvent.class).getGeneric() : published;
	}

	/** Another thread would not have the publisher's transaction. */
	@Override
	public final boolean supportsAsyncExecution() {
		return false;
	}

	@Override
	public final int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
