package org.openjobspec.boot.autoconfigure;

import org.springframework.context.SmartLifecycle;

/**
 * Says something each time everything has started. Nothing starts later that could keep
 * the application from starting.
 */
abstract class LastWord implements SmartLifecycle {

	private volatile boolean running;

	/** Says it. */
	abstract void say();

	@Override
	public final void start() {
		this.running = true;
		say();
	}

	@Override
	public final void stop() {
		this.running = false;
	}

	@Override
	public final boolean isRunning() {
		return this.running;
	}

	@Override
	public final int getPhase() {
		return Integer.MAX_VALUE;
	}

}
