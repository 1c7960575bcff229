package org.openjobspec.sample;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Says where the application listens.
 */
@Component
class Greeting {

	private static final Log logger = LogFactory.getLog(Greeting.class);

	private final Environment environment;

	Greeting(Environment environment) {
		this.environment = environment;
	}

	@EventListener(ApplicationReadyEvent.class)
	void greet() {
		String port = this.environment.getProperty("local.server.port");
		if (port != null) {
			String address = "http://localhost:" + port
					+ this.environment.getProperty("server.servlet.context-path", "");
			logger.info("Listening on %s – open it in a browser, or go on with the README".formatted(address));
		}
	}

}
