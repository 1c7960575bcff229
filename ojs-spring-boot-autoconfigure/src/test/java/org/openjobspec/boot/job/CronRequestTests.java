package org.openjobspec.boot.job;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The rules for periodic jobs.
 */
class CronRequestTests {

	private static final JobRequest JOB = JobRequest.of("report.generate").build();

	@Test
	void whatIsLeftOutIsAsTheSpecificationSays() {
		CronRequest request = CronRequest.of("daily-report", "@daily", JOB);
		assertThat(request.timezone().getId()).isEqualTo("UTC");
		assertThat(request.overlap()).isEqualTo(CronOverlap.SKIP);
		assertThat(request.enabled()).isNull();
		assertThat(request.schedule()).hasToString("@daily");
	}

	@ParameterizedTest
	@ValueSource(strings = { "a", "0", "daily-report", "a.b-c.9", "a--", "a." })
	void namesThatMayBe(String name) {
		assertThat(CronRequest.of(name, "@daily", JOB).name()).isEqualTo(name);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "-a", ".a", "A", "a_b", "a/b", "a b", "ä", "a\u0000" })
	void namesThatMayNotBe(String name) {
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> CronRequest.of(name, "@daily", JOB))
			.withMessageStartingWith("name ")
			.satisfies((ex) -> assertThat(ex.details()).containsEntry("field", "name"));
	}

	@Test
	void aNameHas255CharactersAtMost() {
		assertThat(CronRequest.isName("a".repeat(255))).isTrue();
		assertThat(CronRequest.isName("a".repeat(256))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTC", "America/New_York", "Europe/London", "Asia/Kolkata", "Australia/Lord_Howe",
			"Pacific/Auckland", "America/Argentina/Buenos_Aires", "Etc/UTC" })
	void timeZonesOfTheIanaDatabase(String zone) {
		assertThat(CronRequest.zone(zone).getId()).isEqualTo(zone);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "+05:00", "-08:00", "UTC+5", "UTC+05:00", "GMT+1", "GMT", "Z", "EST", "PST", "CST",
			"CET", "EST5EDT", "utc", "America/Nowhere", "Mars/Olympus", "SystemV/EST5", "europe/berlin", "/" })
	void offsetsAbbreviationsAndInventionsAreNoTimeZones(String zone) {
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> CronRequest.zone(zone))
			.withMessageStartingWith("timezone ")
			.satisfies((ex) -> assertThat(ex.details()).containsEntry("field", "timezone"));
	}

	@Test
	void aTimeZoneIsCheckedHoweverItIsGiven() {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> new CronRequest("a", CronExpression.parse("@daily"), ZoneOffset.UTC, CronOverlap.SKIP,
					null, null, JOB))
			.withMessageContaining("'UTC'");
	}

	@Test
	void aJobThatOneRunAloneCouldHaveIsRefused() {
		assertRefused("id", JobRequest.of("a").id(UUID.fromString("0197d2a0-0000-7000-8000-000000000001")));
		assertRefused("scheduled_at", JobRequest.of("a").scheduledAt(Instant.parse("2030-01-01T00:00:00Z")));
		assertRefused("expires_at", JobRequest.of("a").expiresAt(Instant.parse("2030-01-01T00:00:00Z")));
		JobRequest relative = JobRequest.of("a").delay(Duration.ofMinutes(1)).timeToLive(Duration.ofHours(1)).build();
		assertThat(CronRequest.of("a", "@daily", relative).job()).isSameAs(relative);
	}

	private static void assertRefused(String field, JobRequest.Builder job) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> CronRequest.of("a", "@daily", job.build()))
			.withMessageStartingWith(field + ":")
			.satisfies((ex) -> assertThat(ex.details()).containsEntry("field", field));
	}

	@Test
	void overlapPoliciesHaveNamesOnTheWire() {
		for (CronOverlap overlap : CronOverlap.values()) {
			assertThat(CronOverlap.of(overlap.wireName())).isEqualTo(overlap);
		}
		assertThat(CronOverlap.CANCEL_PREVIOUS.wireName()).isEqualTo("cancel_previous");
	}

}
