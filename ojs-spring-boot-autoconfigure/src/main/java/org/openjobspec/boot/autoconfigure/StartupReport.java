package org.openjobspec.boot.autoconfigure;

import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;

/**
 * Logs one line when everything has started.
 */
final class StartupReport implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(StartupReport.class);

	private final ObjectProvider<StartupNote> notes;

	private volatile boolean running;

	StartupReport(ObjectProvider<StartupNote> notes) {
		this.notes = notes;
	}

	@Override
	public void start() {
		this.running = true;
		logger.info("Open Job Spec: {}",
				this.notes.orderedStream().map(StartupNote::text).collect(Collectors.joining(", ")));
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/**
	 * Nothing starts later.
	 */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

}
