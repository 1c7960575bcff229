package org.openjobspec.boot.autoconfigure;

import java.util.stream.Collectors;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Logs one line when everything has started.
 */
final class StartupReport extends LastWord {

	private static final Logger logger = LoggerFactory.getLogger(StartupReport.class);

	private final ObjectProvider<StartupNote> notes;

	StartupReport(ObjectProvider<StartupNote> notes) {
		this.notes = notes;
	}

	@Override
	void say() {
		logger.info("Open Job Spec: {}",
				this.notes.orderedStream().map(StartupNote::text).collect(Collectors.joining(", ")));
	}

}
