package org.openjobspec.boot.autoconfigure;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.worker.OjsWorker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.context.SmartLifecycle;

/**
 * Lets a signal of the operating system quiet the worker. The JDK offers signals only in
 * a module that is not part of the Java platform, whose mention javac warns of, so its
 * two types are reached by reflection. At the end the signal does what it did before.
 */
final class QuietSignal implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(QuietSignal.class);

	private static final String PROPERTY = "ojs.worker.quiet-signal";

	private static final Set<String> ENDS_THE_APPLICATION = Set.of("TERM", "INT", "HUP");

	private final String name;

	private final Runnable action;

	private @Nullable Object before;

	QuietSignal(@Nullable String name, Runnable action) {
		String stripped = (name != null) ? name.strip() : "";
		this.name = stripped.startsWith("SIG") ? stripped.substring(3) : stripped;
		this.action = action;
		if (ENDS_THE_APPLICATION.contains(this.name)) {
			throw new InvalidConfigurationPropertyValueException(PROPERTY, this.name,
					"is the signal that stops the application; take another one, such as TSTP");
		}
	}

	@Override
	public synchronized void start() {
		if (this.before == null && !this.name.isEmpty()) {
			this.before = handle(handler());
			logger.debug("SIG{} quiets the worker", this.name);
		}
	}

	@Override
	public synchronized void stop() {
		if (this.before != null) {
			handle(this.before);
			this.before = null;
		}
	}

	private Object handler() {
		Class<?> type = type("sun.misc.SignalHandler");
		return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, (proxy, method, arguments) -> {
			if (method.getDeclaringClass() == Object.class) {
				return method.invoke(this, (arguments != null) ? arguments : new Object[0]);
			}
			logger.info("SIG{}: the worker takes no more jobs and lets those that run end", this.name);
			this.action.run();
			return null;
		});
	}

	private Object handle(Object handler) {
		try {
			Class<?> type = type("sun.misc.Signal");
			Object signal = type.getConstructor(String.class).newInstance(this.name);
			return type.getMethod("handle", type, type("sun.misc.SignalHandler")).invoke(null, signal, handler);
		}
		catch (InvocationTargetException ex) {
			// An unknown name, or a signal that the JVM keeps for itself.
			throw new InvalidConfigurationPropertyValueException(PROPERTY, this.name,
					"is no signal that can be had: " + ex.getTargetException().getMessage());
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException("This JVM offers no signals", ex);
		}
	}

	private Class<?> type(String className) {
		try {
			return Class.forName(className);
		}
		catch (ClassNotFoundException ex) {
			throw new InvalidConfigurationPropertyValueException(PROPERTY, this.name,
					"cannot be listened for: this JVM has no module jdk.unsupported");
		}
	}

	@Override
	public synchronized boolean isRunning() {
		return this.before != null;
	}

	/** After the worker, which it directs. */
	@Override
	public int getPhase() {
		return OjsWorker.PHASE + 1;
	}

}
