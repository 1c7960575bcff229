package org.openjobspec.boot.worker;

import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import org.jspecify.annotations.Nullable;

import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.scheduling.concurrent.CustomizableThreadFactory;

/**
 * Where handlers run: virtual threads where the JVM has them, otherwise platform threads
 * that are kept for a minute. How many there are is not decided here.
 */
final class HandlerThreads {

	private static final String PREFIX = "ojs-handler-";

	private final Executor executor;

	private final @Nullable ExecutorService pool;

	private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

	HandlerThreads() {
		Executor virtual = virtual();
		this.pool = (virtual == null) ? Executors.newCachedThreadPool(platform()) : null;
		this.executor = (virtual != null) ? virtual : Objects.requireNonNull(this.pool);
	}

	private static @Nullable Executor virtual() {
		try {
			return new VirtualThreadTaskExecutor(PREFIX);
		}
		catch (UnsupportedOperationException ex) {
			return null;
		}
	}

	private static CustomizableThreadFactory platform() {
		CustomizableThreadFactory factory = new CustomizableThreadFactory(PREFIX);
		factory.setDaemon(true);
		return factory;
	}

	void execute(Runnable work) {
		this.executor.execute(() -> {
			Thread.currentThread().setContextClassLoader(this.classLoader);
			work.run();
		});
	}

	void close() {
		if (this.pool != null) {
			this.pool.shutdown();
		}
	}

}
