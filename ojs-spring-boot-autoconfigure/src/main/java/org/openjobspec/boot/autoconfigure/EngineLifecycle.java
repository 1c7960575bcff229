package org.openjobspec.boot.autoconfigure;

import org.openjobspec.boot.engine.JobEngine;

import org.springframework.context.SmartLifecycle;

/**
 * Starts the engine's background work before the web server and the workers, and stops it
 * after them.
 */
final class EngineLifecycle implements SmartLifecycle {

	/** Below the web server, which stops at {@code DEFAULT_PHASE - 2048}. */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

	private final JobEngine engine;

	private volatile boolean running;

	EngineLifecycle(JobEngine engine) {
		this.engine = engine;
	}

	@Override
	public synchronized void start() {
		if (!this.running) {
			this.engine.start();
			this.running = true;
		}
	}

	@Override
	public synchronized void stop() {
		if (this.running) {
			this.running = false;
			this.engine.stop();
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

}
