package org.openjobspec.boot.autoconfigure;

import java.util.Map;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.worker.HandlerRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextRefreshedEvent;

/**
 * Starts the engine's background work, and stops it after the web server and the workers.
 * The start of the application does not wait for it, and it does not take part in it: to
 * read the engine's classes takes longer than all else that is ours in a start. So it
 * comes when everything else has started, on a thread of its own. At each start the
 * engine is told of the periodic jobs that the handlers declare, and of what the
 * properties set for queues. Without tables it waits for them.
 */
final class EngineLifecycle implements SmartLifecycle, StartupNote, ApplicationListener<ContextRefreshedEvent> {

	/** Below the web server, which stops at {@code DEFAULT_PHASE - 2048}. */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

	private static final Logger logger = LoggerFactory.getLogger(EngineLifecycle.class);

	private static final long PAUSE_MILLIS = 5000;

	private final JobEngine engine;

	private final HandlerRegistry handlers;

	private final Map<String, QueueSettings> queues;

	private final String application;

	private final SchemaGate gate;

	private volatile boolean running;

	private boolean begun;

	private boolean refreshed;

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
		this.engine.declareQueues(this.application, this.queues);
		this.engine.declareCrons(this.application, this.handlers.crons());
		if (this.engine.takenOver()) {
			this.gate.execute(this::begin);
		}
		else if (isRefreshed()) {
			beginBesideTheStart();
		}
	}

	// Whoever starts it again does so without a refresh.
	private synchronized boolean isRefreshed() {
		return this.refreshed;
	}

	@Override
	public void onApplicationEvent(ContextRefreshedEvent event) {
		boolean wanted;
		synchronized (this) {
			this.refreshed = true;
			wanted = this.running && !this.begun;
		}
		if (wanted) {
			beginBesideTheStart();
		}
	}

	private void beginBesideTheStart() {
		this.gate.execute(() -> {
			Thread starter = new Thread(this::beginUntilItSucceeds, "ojs-start");
			starter.setDaemon(true);
			starter.start();
		});
	}

	private synchronized void begin() {
		if (this.running && !this.begun) {
			this.engine.start();
			this.begun = true;
		}
	}

	// Stopping waits for it, or comes first.
	private synchronized void beginUntilItSucceeds() {
		boolean failed = false;
		while (this.running && !this.begun) {
			try {
				if (failed) {
					failed = false;
					wait(PAUSE_MILLIS);
					continue;
				}
				begin();
			}
			catch (InterruptedException ex) {
				// Nobody interrupts this thread on purpose; the loop's condition decides.
				logger.debug("Interrupted", ex);
			}
			catch (RuntimeException | Error ex) {
				failed = true;
				logger
					.error("The engine did not start, so that this node takes care of no scheduled, periodic and lost "
							+ "jobs. It is tried again in {} ms", PAUSE_MILLIS, ex);
			}
		}
	}

	@Override
	public synchronized void stop() {
		this.running = false;
		notifyAll();
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
