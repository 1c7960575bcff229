package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.autoconfigure.OjsProperties.SchemaManagement;
import org.openjobspec.boot.autoconfigure.OjsProperties.Worker.Startup;
import org.openjobspec.boot.store.SchemaException;
import org.openjobspec.boot.store.SchemaException.Problem;
import org.openjobspec.boot.store.SchemaMigration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.SmartLifecycle;

/**
 * Brings the schema up to date before anything uses it; where the application is to start
 * without its database, as soon as that answers. Flyway itself must not be a bean: the
 * host application's would back off.
 */
final class OjsSchemaInitializer implements InitializingBean, StartupNote, SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(OjsSchemaInitializer.class);

	private static final Duration MAX_PAUSE = Duration.ofSeconds(5);

	private final SchemaMigration migration;

	private final SchemaManagement management;

	private final Startup startup;

	private final SchemaGate gate;

	private final BooleanSupplier keepAlive;

	private final Object monitor = new Object();

	private volatile @Nullable String version;

	private @Nullable Thread thread;

	/**
	 * Creates an initializer that has not looked at the database yet.
	 * @param database the database
	 * @param management what to do about the schema
	 * @param startup what to do when the database does not answer
	 * @param gate keeps back what needs the tables
	 * @param keepAlive whether the application has nothing to do but to wait
	 */
	OjsSchemaInitializer(OjsDatabase database, SchemaManagement management, Startup startup, SchemaGate gate,
			BooleanSupplier keepAlive) {
		this.migration = new SchemaMigration(database.dataSource());
		this.management = management;
		this.startup = startup;
		this.gate = gate;
		this.keepAlive = keepAlive;
	}

	@Override
	public void afterPropertiesSet() {
		try {
			bring();
		}
		catch (SchemaException ex) {
			if (this.startup == Startup.FAIL || ex.problem() != Problem.UNREACHABLE) {
				throw ex;
			}
			logger.warn("{} The application starts without it; jobs are neither accepted nor run until it answers "
					+ "('ojs.worker.startup=wait')", ex.getMessage());
			this.gate.close(String.valueOf(ex.getMessage()));
		}
	}

	private void bring() {
		this.version = (this.management == SchemaManagement.MIGRATE) ? this.migration.migrate()
				: this.migration.validate();
	}

	@Override
	public void start() {
		synchronized (this.monitor) {
			if (this.version == null && this.thread == null) {
				Thread waiter = new Thread(this::await, "ojs-schema");
				// A worker alone keeps the application alive, so it must while it waits.
				waiter.setDaemon(!this.keepAlive.getAsBoolean());
				this.thread = waiter;
				waiter.start();
			}
		}
	}

	private void await() {
		String reported = this.gate.obstacle();
		Duration pause = Duration.ofMillis(250);
		while (pause(pause)) {
			try {
				bring();
				this.gate.open();
				logger.info("The database answers, the schema ojs has version {}; jobs are accepted and run",
						this.version);
				return;
			}
			catch (RuntimeException ex) {
				String problem = String.valueOf(ex.getMessage());
				boolean unreachable = ex instanceof SchemaException schema && schema.problem() == Problem.UNREACHABLE;
				if (!unreachable && !problem.equals(reported)) {
					logger.error("The database answers and cannot be used as it is; it is tried again. {}", problem,
							ex);
					reported = problem;
				}
				this.gate.close(problem);
			}
			pause = pause.multipliedBy(2);
			pause = (pause.compareTo(MAX_PAUSE) < 0) ? pause : MAX_PAUSE;
		}
	}

	private boolean pause(Duration time) {
		long end = System.nanoTime() + time.toNanos();
		synchronized (this.monitor) {
			try {
				long left = time.toMillis();
				while (left > 0 && this.thread == Thread.currentThread()) {
					this.monitor.wait(left);
					left = (end - System.nanoTime()) / 1_000_000;
				}
			}
			catch (InterruptedException ex) {
				return false;
			}
			return this.thread == Thread.currentThread();
		}
	}

	/** Stops waiting. A migration that runs is let finish. */
	@Override
	public void stop() {
		Thread stopped;
		synchronized (this.monitor) {
			stopped = this.thread;
			this.thread = null;
			this.monitor.notifyAll();
		}
		if (stopped != null) {
			try {
				stopped.join(MAX_PAUSE.toMillis());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}
	}

	@Override
	public boolean isRunning() {
		synchronized (this.monitor) {
			return this.thread != null;
		}
	}

	/** Before the engine, and ends after it. */
	@Override
	public int getPhase() {
		return EngineLifecycle.PHASE - 1;
	}

	@Override
	public String text() {
		return (this.version != null) ? "schema ojs version " + this.version : "waiting for the database";
	}

}
