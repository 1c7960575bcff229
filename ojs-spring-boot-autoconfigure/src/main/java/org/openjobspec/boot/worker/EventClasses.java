package org.openjobspec.boot.worker;

import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;

import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Makes jobs of events whose class says so with {@link OjsEnqueue}. Spring asks once for
 * each class of events whether it is to be called.
 */
final class EventClasses extends EventListening {

	private final UnaryOperator<String> placeholders;

	private final Map<Class<?>, Optional<EventSpec>> specs = new ConcurrentReferenceHashMap<>();

	/**
	 * Creates a listener.
	 * @param enqueuer stores the jobs
	 * @param placeholders resolves placeholders
	 */
	EventClasses(EventEnqueuer enqueuer, UnaryOperator<String> placeholders) {
		super(enqueuer);
		this.placeholders = placeholders;
	}

	@Override
	public boolean supportsEventType(ResolvableType eventType) {
		return find(content(eventType).toClass()) != null;
	}

	@Override
	@Nullable EventSpec spec(Object event) {
		return this.specs.computeIfAbsent(event.getClass(), this::read).orElse(null);
	}

	private Optional<EventSpec> read(Class<?> event) {
		OjsEnqueue annotation = find(event);
		if (annotation == null) {
			return Optional.empty();
		}
		try {
			return Optional.of(EventSpec.of(annotation, this.placeholders.apply(annotation.type()), this.placeholders));
		}
		catch (RuntimeException ex) {
			throw new IllegalStateException(
					"@OjsEnqueue of event class %s cannot be used: %s".formatted(event.getName(), ex.getMessage()), ex);
		}
	}

	static @Nullable OjsEnqueue find(Class<?> event) {
		return AnnotatedElementUtils.findMergedAnnotation(event, OjsEnqueue.class);
	}

}
