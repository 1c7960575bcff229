package org.openjobspec.boot.worker;

import java.lang.reflect.AnnotatedElement;

import org.springframework.aot.hint.BindingReflectionHintsRegistrar;
import org.springframework.aot.hint.ReflectionHints;
import org.springframework.aot.hint.annotation.ReflectiveProcessor;

/**
 * Keeps in a native image what events that become jobs are written from, where the
 * application looks for such classes ({@code @ReflectiveScan}). For methods the handler's
 * own hints suffice.
 */
final class EnqueuedEventReflection implements ReflectiveProcessor {

	@Override
	public void registerReflectionHints(ReflectionHints hints, AnnotatedElement element) {
		if (element instanceof Class<?> event) {
			new BindingReflectionHintsRegistrar().registerReflectionHints(hints, event);
		}
	}

}
