package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.QueueSettings;
import org.openjobspec.boot.worker.HandlerRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextRefreshedEvent;
import org.springframework.core.PriorityOrdered;

/**
 * Starts the engine's background work, and stops it after the web server and the workers.
 * The start of the application does not wait for it: to read the engine's classes takes
 * longer than all else that is ours in a start. So it does that on a thread of its own,
 * when the context has been refreshed, or its patience is over. At each start the engine
 * is told of the periodic jobs that the handlers declare, and of what the properties set
 * for queues. Without tables it waits for them.
 */
final class EngineLifecycle implements SmartLifecycle, StartupNote, ApplicationContextAware {

	/** Below the web server, which stops at {@code DEFAULT_PHASE - 2048}. */
	static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

	private static final Logger logger = LoggerFactory.getLogger(EngineLifecycle.class);

	private static final long PAUSE_MILLIS = 5000;

	private final JobEngine engine;

	private final HandlerRegistry handlers;

	private final Map<String, QueueSettings> queues;

	private final String application;

	private final SchemaGate gate;

	private final Duration patience;

	private volatile boolean running;

	private boolean begun;

	/** The one thread that may begin; another one takes over after a stop. */
	private @Nullable Thread starter;

	private @Nullable ConfigurableApplicationContext context;

	// Not guarded by the monitor, which is held while the engine is made: the main thread
	// opens it.
	private final CountDownLatch started = new CountDownLatch(1);

	/**
	 * Creates a lifecycle.
	 * @param engine what to start
	 * @param handlers tell the periodic jobs
	 * @param queues what is set for queues
	 * @param application who declares them
	 * @param gate keeps back what needs the tables
	 * @param patience how long to leave the application alone that is starting: one of
	 * its beans may wait for a job that only the engine makes due
	 */
	EngineLifecycle(JobEngine engine, HandlerRegistry handlers, Map<String, QueueSettings> queues, String application,
			SchemaGate gate, Duration patience) {
		this.engine = engine;
		this.handlers = handlers;
		this.queues = queues;
		this.application = application;
		this.gate = gate;
		this.patience = patience;
	}

	@Override
	public void setApplicationContext(ApplicationContext applicationContext) {
		if (applicationContext instanceof ConfigurableApplicationContext configurable) {
			this.context = configurable;
		}
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
			return;
		}
		if (this.started.getCount() > 0 && this.context != null) {
			// Not as a bean: a child context that is refreshed while the parent's beans
			// are made would have this one made, and with it the engine.
			this.context.addApplicationListener(new RefreshListener(this.context, this.started));
		}
		else {
			this.started.countDown();
		}
		this.gate.execute(this::beginBesideTheStart);
	}

	private synchronized void beginBesideTheStart() {
		Thread thread = new Thread(this::beginUntilItSucceeds, "ojs-start");
		thread.setDaemon(true);
		this.starter = thread;
		thread.start();
	}

	private synchronized void begin() {
		if (this.running && !this.begun) {
			try {
				this.engine.start();
				this.begun = true;
			}
			catch (RuntimeException | Error ex) {
				// Some of it may run.
				this.engine.stop();
				throw ex;
			}
		}
	}

	private void beginUntilItSucceeds() {
		try {
			if (!this.started.await(this.patience.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.debug("The application takes its time to start, the engine starts before it");
			}
		}
		catch (InterruptedException ex) {
			// Nobody interrupts this thread on purpose.
			logger.debug("Interrupted", ex);
		}
		beginAgainAndAgain();
	}

	// Stopping waits for it, or comes first.
	private synchronized void beginAgainAndAgain() {
		boolean failed = false;
		while (this.running && !this.begun && this.starter == Thread.currentThread()) {
			try {
				if (failed) {
					failed = false;
					wait(PAUSE_MILLIS);
					continue;
				}
				begin();
			}
			catch (InterruptedException ex) {
				// The loop's condition decides.
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
		// The start that it may wait for will not end, or has.
		this.started.countDown();
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

	/** Before the application's own listeners, which may wait for a job. */
	private record RefreshListener(ApplicationContext context,
			CountDownLatch started) implements ApplicationListener<ContextRefreshedEvent>, PriorityOrdered {

		@Override
		public void onApplicationEvent(ContextRefreshedEvent event) {
			// A child's event comes to its parent, too.
			if (event.getApplicationContext() == this.context) {
				this.started.countDown();
			}
		}

		@Override
		public int getOrder() {
			return HIGHEST_PRECEDENCE;
		}

	}

}
