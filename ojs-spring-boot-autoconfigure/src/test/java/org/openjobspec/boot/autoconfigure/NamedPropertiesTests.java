package org.openjobspec.boot.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of settings by names that may have dots.
 */
@ExtendWith(OutputCaptureExtension.class)
class NamedPropertiesTests {

	private final StandardEnvironment environment = new StandardEnvironment();

	private void with(String name, Object value) {
		this.environment.getPropertySources().addFirst(new MapPropertySource(name, Map.of(name, value)));
	}

	private Map<String, HandlerProperties> handlers() {
		return NamedProperties.read(this.environment, "ojs.handlers", HandlerProperties.class);
	}

	private Map<String, QueueProperties> queues() {
		return NamedProperties.read(this.environment, "ojs.queues", QueueProperties.class);
	}

	@Test
	void aNameMayStandInBrackets() {
		with("ojs.handlers[email.send].concurrency", 3);
		assertThat(handlers())
			.containsExactly(Map.entry("email.send", new HandlerProperties(null, null, 3, null, null)));
	}

	@Test
	void aNameWithDotsMayStandWithoutBrackets() {
		with("ojs.handlers.email.send.concurrency", 3);
		with("ojs.handlers.email.send.timeout", "10s");
		with("ojs.handlers.email.concurrency", 4);
		assertThat(handlers()).containsOnly(
				Map.entry("email.send", new HandlerProperties(null, null, 3, Duration.ofSeconds(10), null)),
				Map.entry("email", new HandlerProperties(null, null, 4, null, null)));
	}

	@Test
	void aNameInYamlNeedsNoBrackets() throws IOException {
		String yaml = """
				ojs:
				  handlers:
				    email.send:
				      concurrency: 3
				      retry:
				        max-attempts: 8
				    stock_count:
				      enabled: false
				""";
		new YamlPropertySourceLoader().load("yaml", new ByteArrayResource(yaml.getBytes(StandardCharsets.UTF_8)))
			.forEach(this.environment.getPropertySources()::addFirst);
		assertThat(handlers()).containsOnly(
				Map.entry("email.send",
						new HandlerProperties(null, null, 3, null,
								new RetryProperties(8, null, null, null, null, null, null))),
				Map.entry("stock_count", new HandlerProperties(false, null, null, null, null)));
	}

	@Test
	void environmentVariablesNameThingsAsWell() {
		this.environment.getPropertySources()
			.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment", Map
				.of("OJS_HANDLERS_EMAIL_SEND_CONCURRENCY", "3", "OJS_HANDLERS_EMAIL_SEND_RETRY_MAXATTEMPTS", "8")));
		assertThat(handlers()).containsExactly(Map.entry("email.send", new HandlerProperties(null, null, 3, null,
				new RetryProperties(8, null, null, null, null, null, null))));
	}

	@Test
	void ofTwoReadingsTheLongerNameIsTaken() {
		with("ojs.handlers.email.timeout.timeout", "10s");
		with("ojs.handlers.retry.retry.jitter", false);
		assertThat(handlers()).containsOnlyKeys("email.timeout", "retry");
	}

	@Test
	void listsMayBeWrittenByIndex() {
		this.environment.getPropertySources()
			.addFirst(new MapPropertySource("list", Map.of("ojs.queues.mail.bulk.allowed-types[0]", "email.*",
					"ojs.queues.mail.bulk.allowed-types[1]", "sms.*")));
		assertThat(queues().get("mail.bulk").allowedTypes()).isEqualTo(List.of("email.*", "sms.*"));
	}

	@Test
	void theFirstSourceWins_howeverItIsWritten() {
		with("ojs.handlers.email.send.concurrency", 1);
		with("ojs.handlers[email.send].concurrency", 2);
		assertThat(handlers().get("email.send").concurrency()).isEqualTo(2);
	}

	@Test
	void placeholdersAreResolved() {
		with("mail.limit", "7");
		with("ojs.handlers.email.send.concurrency", "${mail.limit}");
		assertThat(handlers().get("email.send").concurrency()).isEqualTo(7);
	}

	@Test
	void whatIsNoSettingIsWarnedOf(CapturedOutput output) {
		with("ojs.handlers.email.send.concurency", 3);
		assertThat(handlers()).isEmpty();
		assertThat(output).contains("'ojs.handlers.email.send.concurency' is not read: it must end with one of")
			.contains("concurrency")
			.contains("retry.max-attempts");
	}

	@Test
	void aValueOfAnotherTypeIsReportedWithItsProperty() {
		with("ojs.handlers.email.send.concurrency", "many");
		assertThatExceptionOfType(BindException.class).isThrownBy(this::handlers)
			.satisfies((ex) -> assertThat(ex.getProperty()).isNotNull()
				.satisfies((property) -> assertThat(property.getName())
					.hasToString("ojs.handlers[email.send].concurrency")));
	}

}
