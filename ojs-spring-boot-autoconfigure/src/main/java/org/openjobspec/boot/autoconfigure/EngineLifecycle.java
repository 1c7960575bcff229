package org.openjobspec.boot.autoconfigure;

import java.util.Map;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.worker.HandlerRegistry;

import org.springframework.context.SmartLifecycle;

/**
 * Starts the engine's background work before the web server and the workers, on a thread
 * of its own, and stops it after them. At each start it is told of the periodic jobs that
 * the handlers declare, and of what the properties set for queues. Without tables it
 * waits for them.
 */
final class EngineLifecycle implements SmartLifecycle, StartupNote {

	/** Below the web server, which stops at {@code DEFAULT_PHASE - 2048}. */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

	private final JobEngine engine;

	private final HandlerRegistry handlers;

	private final Map<String, QueueSettings> queues;

	private final String application;

	private final SchemaGate gate;

	private volatile boolean running;

	private boolean begun;

	EngineLifecycle(JobEngine engine, HandlerRegistry handlers, Map<String, QueueSettings> queues, String application,
			SchemaGate gate) {
		this.engine = engine;
		this.handlers = handlers;
		this.queues = queues;
		this.application = application;
		this.gate = gate;
	}

	@Override
	public void start() {
		synchronized (this) {
			if (this.running) {
				return;
			}
			this.running = true;
		}
		this.gate.execute(this::begin);
	}

	private void begin() {
		this.engine.declareQueues(this.application, this.queues);
		this.engine.declareCrons(this.application, this.handlers.crons());
		StartThread.run(this::beginNow);
	}

	// Stopping waits for it, or comes first.
	private synchronized void beginNow() {
		if (this.running && !this.begun) {
			this.engine.start();
			this.begun = true;
		}
	}

	@Override
	public synchronized void stop() {
		this.running = false;
		if (this.begun) {
			this.begun = false;
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

	@Override
	public String text() {
		return "maintenance on";
	}

}
