package org.openjobspec.sample;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Says where the application listens, and what to try.
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
			logger.info("""
					Listening on %s. Try:

					    curl -s %s/api/v1/jobs -H 'Content-Type: application/json' \
					-d '{"type":"email.send","args":["user@example.com","welcome"],"queue":"default"}'
					""".formatted(address, address));
		}
	}

}
