package org.openjobspec.boot.checks;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import org.slf4j.LoggerFactory;

/**
 * What an application logs between {@link #start()} and {@link #stop()}.
 */
final class LogRecorder extends AppenderBase<ILoggingEvent> {

	private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

	private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

	@Override
	public void start() {
		setContext(this.root.getLoggerContext());
		super.start();
		this.root.addAppender(this);
	}

	@Override
	public void stop() {
		this.root.detachAppender(this);
		super.stop();
	}

	@Override
	protected void append(ILoggingEvent event) {
		this.events.add(event);
	}

	List<ILoggingEvent> events() {
		return List.copyOf(this.events);
	}

}
