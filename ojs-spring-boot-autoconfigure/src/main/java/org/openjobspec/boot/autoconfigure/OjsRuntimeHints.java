package org.openjobspec.boot.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.worker.OjsEnqueue;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.aot.hint.TypeReference;
import org.springframework.boot.context.properties.bind.BindableRuntimeHintsRegistrar;

/**
 * Keeps in a native image what is found by name: the SQL files, the settings of handlers
 * and queues, and the signals of the JDK.
 */
final class OjsRuntimeHints implements RuntimeHintsRegistrar {

	@Override
	public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
		hints.resources().registerPattern("org/openjobspec/boot/db/*.sql");
		BindableRuntimeHintsRegistrar.forTypes(HandlerProperties.class, QueueProperties.class, ApiKeyProperties.class)
			.registerHints(hints, classLoader);
		hints.reflection()
			.registerTypeIfPresent(classLoader, "sun.misc.Signal", MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS,
					MemberCategory.INVOKE_PUBLIC_METHODS);
		hints.reflection().registerTypeIfPresent(classLoader, ApiExposure.FILTER_CHAIN);
		hints.proxies().registerJdkProxy(TypeReference.of("sun.misc.SignalHandler"));
		// Stands on classes of events, which nobody lists.
		hints.proxies().registerJdkProxy(OjsEnqueue.class);
	}

}
