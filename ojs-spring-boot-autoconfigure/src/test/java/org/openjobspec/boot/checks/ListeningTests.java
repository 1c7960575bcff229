package org.openjobspec.boot.checks;

import java.time.Duration;
import java.util.List;

import ch.qos.logback.classic.spi.ILoggingEvent;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.engine.JobEngine;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A node knows whether it hears the others. Where LISTEN is accepted and nothing arrives,
 * as behind a proxy that shares connections between transactions, it says so and polls;
 * here it listens in another database, to the same effect.
 */
class ListeningTests {

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	@Test
	void aNodeThatHearsItselfHearsTheOthers() {
		try (Node node = Node.plain(Application.class, TestDatabase.fresh())) {
			await().atMost(PATIENCE).until(() -> node.bean(JobEngine.class).hearsOthers());
		}
	}

	@Test
	void aNodeThatDoesNotHearItselfSaysSoAndPolls() {
		Database elsewhere = TestDatabase.fresh();
		LogRecorder log = new LogRecorder();
		try (Node node = Node.plain(Application.class, TestDatabase.fresh(), "ojs.wakeup.url=" + elsewhere.url())) {
			// A start sets the log up anew; to hear itself the node has five seconds
			// after
			// that.
			log.start();
			await().atMost(PATIENCE).until(() -> !warnings(log).isEmpty());
			assertThat(warnings(log)).singleElement().asString().contains("ojs.wakeup.url", "ojs.wakeup.mode=poll");
			assertThat(node.bean(JobEngine.class).listens()).isTrue();
			assertThat(node.bean(JobEngine.class).hearsOthers()).isFalse();
		}
		finally {
			log.stop();
		}
	}

	private static List<String> warnings(LogRecorder log) {
		return log.events()
			.stream()
			.map(ILoggingEvent::getFormattedMessage)
			.filter((message) -> message.startsWith("Not hearing other nodes"))
			.toList();
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
