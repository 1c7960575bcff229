package org.openjobspec.boot.worker;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * Runs the handlers of this application. Starts after the web server's threads exist and
 * stops claiming before the server stops; may be stopped and started again, each time as
 * a worker with a new id.
 */
public final class OjsWorker implements SmartLifecycle {

	/** Where the worker stands in the order of starting and stopping. */
	public static final int PHASE = DEFAULT_PHASE - 100;

	private static final Logger logger = LoggerFactory.getLogger(OjsWorker.class);

	private final JobEngine engine;

	private final HandlerRegistry handlers;

	private final WorkerSettings settings;

	private final WorkerExtensions extensions;

	private final Object monitor = new Object();

	private volatile @Nullable WorkerRun run;

	private volatile Executor starter = Runnable::run;

	private boolean running;

	private boolean listening;

	private volatile boolean quiet;

	private boolean autoStartup = true;

	private boolean rehearsing;

	/**
	 * Creates a worker that does nothing yet.
	 * @param engine where the jobs come from
	 * @param handlers what to run for them
	 * @param settings what the operator has set
	 * @param extensions what the application adds
	 */
	public OjsWorker(JobEngine engine, HandlerRegistry handlers, WorkerSettings settings, WorkerExtensions extensions) {
		this.engine = engine;
		this.handlers = handlers;
		this.settings = settings;
		this.extensions = extensions;
	}

	/**
	 * The settings that it works with.
	 * @return the settings
	 */
	public WorkerSettings settings() {
		return this.settings;
	}

	/**
	 * Puts starts off until something else has happened, such as that the tables are
	 * there. A worker that is stopped meanwhile does not begin.
	 * @param executor runs what begins to work, once; by default at once
	 */
	public void startWith(Executor executor) {
		this.starter = executor;
	}

	/**
	 * Starts. The database need not be there yet. Without any handler the worker stays
	 * idle and claims nothing.
	 * @throws InvalidHandlerException if a handler is transactional and there is no
	 * transaction manager
	 */
	@Override
	public void start() {
		synchronized (this.monitor) {
			if (this.running) {
				return;
			}
			requireTransactionManager();
			if (!this.listening) {
				this.engine.onCancelled(this::cancelled);
				this.listening = true;
			}
			this.running = true;
		}
		this.starter.execute(this::begin);
	}

	private void begin() {
		synchronized (this.monitor) {
			if (!this.running || this.run != null || this.handlers.types().isEmpty()) {
				return;
			}
			WorkerRun started = new WorkerRun(this.engine, this.handlers, this.settings, this.extensions,
					this::terminate);
			if (this.quiet) {
				started.fallQuiet();
			}
			started.start();
			this.run = started;
			logger.debug("Worker {} handles {}", started.id(), this.handlers.types());
		}
	}

	/**
	 * Takes no more jobs, and lets those that run end. Holds also when the worker is
	 * stopped and started again.
	 */
	public void quiet() {
		this.quiet = true;
		synchronized (this.monitor) {
			if (this.run != null) {
				this.run.fallQuiet();
			}
		}
	}

	private void requireTransactionManager() {
		if (this.extensions.transactionManager() != null) {
			return;
		}
		for (HandlerMethod handler : this.handlers.all()) {
			if (handler.spec().transactional()) {
				throw handler.invalid("it is transactional, and the application has no PlatformTransactionManager",
						"Define one for the DataSource of the jobs, or remove transactional = true");
			}
		}
	}

	private void cancelled(UUID job) {
		WorkerRun current = this.run;
		if (current != null) {
			current.cancelled(job);
		}
	}

	private void terminate() {
		logger.info("The worker was told to terminate");
		stop(() -> logger.info("The worker has terminated"));
	}

	/**
	 * Stops and waits for it, at most a little longer than the grace for running
	 * handlers.
	 */
	@Override
	public void stop() {
		WorkerRun stopped = detach();
		if (stopped != null) {
			stopped.stop();
		}
	}

	/**
	 * Stops without making the caller wait.
	 * @param callback called when everything has stopped
	 */
	@Override
	public void stop(Runnable callback) {
		WorkerRun stopped = detach();
		if (stopped == null) {
			callback.run();
			return;
		}
		new Thread(() -> {
			try {
				stopped.stop();
			}
			finally {
				callback.run();
			}
		}, "ojs-drain").start();
	}

	private @Nullable WorkerRun detach() {
		synchronized (this.monitor) {
			WorkerRun current = this.run;
			this.running = false;
			this.run = null;
			return current;
		}
	}

	/**
	 * Sets whether the worker starts with the application.
	 * @param value whether it does (default {@code true})
	 */
	public void setAutoStartup(boolean value) {
		synchronized (this.monitor) {
			this.autoStartup = value;
		}
	}

	@Override
	public boolean isAutoStartup() {
		synchronized (this.monitor) {
			return this.autoStartup;
		}
	}

	/**
	 * Runs the jobs that are due on the caller's thread, in the caller's transaction if
	 * there is one, until none is left; for tests, while the worker is stopped. An
	 * attempt in a transaction that fails is undone up to its beginning.
	 * @param queue only jobs of this queue; {@code null} for all queues of this worker
	 * @param limit how many attempts at most
	 * @return the jobs that have run, in the order of their first attempts, as they are
	 * now
	 * @throws IllegalStateException if the worker runs, if it does not look into the
	 * queue, if a handler calls this, or if jobs are still due after the last attempt
	 */
	public List<Job> runDue(@Nullable String queue, int limit) {
		synchronized (this.monitor) {
			if (this.running) {
				throw new IllegalStateException("The worker of this application runs, and would take jobs meanwhile; "
						+ "wait for them, or stop it before");
			}
			if (this.rehearsing) {
				throw new IllegalStateException("Jobs are run already, and wait for the one that asks for more");
			}
			this.rehearsing = true;
		}
		try {
			requireTransactionManager();
			return new ForegroundRun(this.engine, this.handlers, this.settings, this.extensions).run(queue, limit);
		}
		finally {
			synchronized (this.monitor) {
				this.rehearsing = false;
			}
		}
	}

	@Override
	public boolean isRunning() {
		synchronized (this.monitor) {
			return this.running;
		}
	}

	@Override
	public int getPhase() {
		return PHASE;
	}

	/**
	 * The id under which the server knows this worker.
	 * @return the id; {@code null} while the worker is stopped or has no handlers
	 */
	public @Nullable String id() {
		WorkerRun current = this.run;
		return (current != null) ? current.id() : null;
	}

	/**
	 * How many claimed jobs wait for a slot.
	 * @return the number
	 */
	public int buffered() {
		WorkerRun current = this.run;
		return (current != null) ? current.buffered() : 0;
	}

	/**
	 * How many slots are taken, also by handlers that ignore their interruption.
	 * @return the number
	 */
	public int running() {
		WorkerRun current = this.run;
		return (current != null) ? current.running() : 0;
	}

	/**
	 * How many outcomes wait to be written.
	 * @return the number
	 */
	public int unwritten() {
		WorkerRun current = this.run;
		return (current != null) ? current.unwritten() : 0;
	}

}
