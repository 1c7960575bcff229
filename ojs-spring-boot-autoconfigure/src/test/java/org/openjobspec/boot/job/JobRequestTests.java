package org.openjobspec.boot.job;

import java.time.Duration;
import java.time.Instant;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What a request may say.
 */
class JobRequestTests {

	@ParameterizedTest
	@ValueSource(strings = { "a", "email.send", "data.etl.transform", "retry.test.attempt-counter", "ai.tool_use" })
	void typesAreDotSeparatedLowerCaseNames(String type) {
		assertThat(JobRequest.of(type).build().type()).isEqualTo(type);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "Email.Send", "a b", "1a", "@!", "a..b", ".a", "a.", "a.1", "é" })
	void otherTypesAreRefused(String type) {
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> JobRequest.of(type).build())
			.withMessageContaining("type");
	}

	@Test
	void aTypeIsCheckedInTimeHoweverLongItIs() {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> JobRequest.of("a.".repeat(500_000)).build())
			.satisfies(ex -> assertThat(ex.getMessage()).hasSizeLessThan(300));
	}

	@ParameterizedTest
	@ValueSource(strings = { "Default", "my_queue!", "-invalid", "my queue", "", ".x" })
	void otherQueueNamesAreRefused(String queue) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> JobRequest.of("a").queue(queue).build())
			.withMessageContaining("queue");
	}

	@ParameterizedTest
	@ValueSource(ints = { -101, 101, Integer.MAX_VALUE, Integer.MIN_VALUE })
	void prioritiesOutsideTheRangeAreRefused(int priority) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> JobRequest.of("a").priority(priority).build());
	}

	@Test
	void onlyTimeOrderedIdsAreTaken() {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> JobRequest.of("a").id(UUID.randomUUID()));
	}

	@Test
	void timesBeyondTheCalendarAreRefused() {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> JobRequest.of("a").scheduledAt(Instant.MAX));
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> JobRequest.of("a").delay(Duration.ofSeconds(Long.MAX_VALUE)));
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> JobRequest.of("a").timeout(Duration.ZERO).build());
	}

	@Test
	void whatIsTooLargeIsRefused() {
		String large = "[\"" + "ä".repeat(JobRequest.MAX_BYTES / 2) + "\"]";
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> JobRequest.of("a").args(large).build())
			.satisfies(ex -> assertThat(ex.status()).isEqualTo(413));
	}

	@Test
	void aChangedCopyKeepsTheRest() {
		JobRequest request = JobRequest.of("a").args("[1]").queue("q").priority(3).attribute("x", "1").build();
		JobRequest changed = request.toBuilder().queue("other").build();
		assertThat(changed.args()).isEqualTo("[1]");
		assertThat(changed.priority()).isEqualTo(3);
		assertThat(changed.attributes()).containsEntry("x", "1");
		assertThat(changed.queue()).isEqualTo("other");
	}

}
