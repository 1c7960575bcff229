package org.openjobspec.boot.worker;

import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;

/**
 * Makes jobs of the events that a handler asks for with {@link OjsEnqueue}.
 */
final class EventHandler extends EventListening {

	private final EventSpec spec;

	private final ResolvableType event;

	private final UnaryOperator<String> placeholders;

	/**
	 * Creates a listener.
	 * @param spec what the annotation says
	 * @param event the type of the handler's argument
	 * @param enqueuer stores the jobs
	 * @param placeholders resolves placeholders
	 */
	EventHandler(EventSpec spec, ResolvableType event, EventEnqueuer enqueuer, UnaryOperator<String> placeholders) {
		super(enqueuer);
		this.spec = spec;
		this.event = event;
		this.placeholders = placeholders;
	}

	@Override
	public boolean supportsEventType(ResolvableType eventType) {
		ResolvableType content = content(eventType);
		return accepts(content) && !enqueuedByItsClass(content.toClass());
	}

	// As Spring's own: what an instance does not tell of its type's variables is left
	// open.
	private boolean accepts(ResolvableType content) {
		return content.hasUnresolvableGenerics() ? this.event.toClass().isAssignableFrom(content.toClass())
				: this.event.isAssignableFrom(content);
	}

	// An event is one job of a type, however often that was said.
	private boolean enqueuedByItsClass(Class<?> content) {
		OjsEnqueue annotation = EventClasses.find(content);
		return annotation != null && this.spec.type().equals(resolved(annotation.type()));
	}

	// Whoever listens for the class says what is wrong with its annotation.
	private @Nullable String resolved(String type) {
		try {
			return this.placeholders.apply(type);
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	@Override
	@Nullable EventSpec spec(Object published) {
		return this.event.toClass().isInstance(published) ? this.spec : null;
	}

}
