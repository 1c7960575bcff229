package org.openjobspec.sample.signup;

import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Writes to the database. The row and the job's completion are committed together, so
 * that the job counts exactly once although it may start more than once.
 */
@Component
class SubscriptionHandler {

	private final JdbcClient jdbc;

	SubscriptionHandler(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@OjsHandler(type = "newsletter.subscribe", transactional = true,
			nonRetryable = DataIntegrityViolationException.class)
	void subscribe(String email, String topic) {
		this.jdbc.sql("INSERT INTO subscription (email, topic) VALUES (?, ?)").params(email, topic).update();
	}

}
