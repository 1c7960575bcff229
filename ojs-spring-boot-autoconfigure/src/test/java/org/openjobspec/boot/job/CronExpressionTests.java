package org.openjobspec.boot.job;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.Month;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * When periodic jobs are due.
 */
class CronExpressionTests {

	private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

	private static Instant next(String expression, String after, ZoneId zone) {
		return CronExpression.parse(expression).next(Instant.parse(after), zone).orElseThrow();
	}

	private static Instant next(String expression, String after) {
		return next(expression, after, ZoneOffset.UTC);
	}

	private static List<Instant> occurrences(String expression, ZoneId zone, Instant from, Instant to) {
		CronExpression parsed = CronExpression.parse(expression);
		List<Instant> found = new ArrayList<>();
		Instant next = parsed.next(from.minusNanos(1), zone).orElseThrow();
		while (next.isBefore(to)) {
			found.add(next);
			next = parsed.next(next, zone).orElseThrow();
		}
		return found;
	}

	@Nested
	class Parsing {

		@ParameterizedTest
		@ValueSource(strings = { "* * * * *", "*/15 * * * *", "0 9 * * MON-FRI", "0 9 * * mon-fri",
				"5,10-20/5 0-6 1,15 JAN,jul ?", "0 0 ? * 7", "0 0 31 * *", "0 0 29 2 *", "0 0 L * *", "0 0 L-3 * *",
				"0 0 LW * *", "0 0 15W * *", "0 0 * * 5#3", "0 0 * * FRI#5", "0 0 * * 5L", "0 0 * * SUNL",
				"0 0 * * FRI-SUN", "0 0 * * 5-0", "30 * * * * *", "*/10 0 0 1 1 *", "  0   9 *\t* * ", "@yearly",
				"@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly", "@DAILY", "@every 1s",
				"@every 1h30m", "@every 2h45m30s", "@every 1500ms", "@every 90m" })
		void whatIsValidIsKeptAsItIsWritten(String expression) {
			assertThat(CronExpression.parse(expression)).hasToString(expression.strip());
		}

		@ParameterizedTest
		@ValueSource(strings = { "", " ", "* * * *", "* * * * * * *", "not a valid cron", "0 0 0 0 0 0 0", "60 * * * *",
				"* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 0 *", "* * * 13 *", "* * * * 8", "60 * * * * *",
				"99 25 32 13 8", "*/0 * * * *", "1-/5 * * * *", "5-1 * * * *", "-5 * * * *", "1,,2 * * * *",
				"1, * * * *", "1/ * * * *", "/5 * * * *", "1.5 * * * *", "L * * * *", "* * W * *", "* * 32W * *",
				"* * 1-5W * *", "* * L-31 * *", "* * * * 5#0", "* * * * 5#6", "* * * * #3", "* * * * L", "* * * * FOO",
				"* * * FOO *", "? * * * *", "0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "@fortnightly", "@",
				"@every", "@every 0s", "@every 500ms", "@every -1h", "@every 1d", "@every 1h 30m", "@every 99999999h",
				"@reboot" })
		void whatIsNotIsRefusedWithTheField(String expression) {
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> CronExpression.parse(expression))
				.satisfies((ex) -> {
					assertThat(ex.code()).isEqualTo("invalid_request");
					assertThat(ex.status()).isEqualTo(400);
					assertThat(ex.details()).containsEntry("field", "cron");
				})
				.withMessageStartingWith("The cron expression '")
				.withMessageContaining("is not valid: ");
		}

		@ParameterizedTest
		@CsvSource(delimiter = '|', textBlock = """
				60 * * * *   | in the field minute, 60 is not from 0 to 59
				* 24 * * *   | in the field hour, 24 is not from 0 to 23
				* * 32 * *   | in the field day-of-month, 32 is not from 1 to 31
				* * * FOO *  | in the field month
				* * * * 8    | in the field day-of-week, 8 is not from 0 to 7
				* * * *      | it has 4 fields
				0 0 30 2 *   | the day of the month does not exist in the months named
				""")
		void theMessageSaysWhatIsWrong(String expression, String reason) {
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> CronExpression.parse(expression))
				.withMessageContaining(reason);
		}

		@Test
		void expressionsAreEqualWhenTheyAreWrittenAlike() {
			assertThat(CronExpression.parse("@daily")).isEqualTo(CronExpression.parse(" @daily "))
				.hasSameHashCodeAs(CronExpression.parse("@daily"))
				.isNotEqualTo(CronExpression.parse("0 0 * * *"));
		}

		@Test
		void onlyAnIntervalCountsFromTheLastOccurrence() {
			assertThat(CronExpression.parse("@every 5m").isInterval()).isTrue();
			assertThat(CronExpression.parse("*/5 * * * *").isInterval()).isFalse();
		}

	}

	@Nested
	class Occurring {

		@ParameterizedTest
		@CsvSource(delimiter = '|', textBlock = """
				* * * * *         | 2026-03-01T10:20:30Z | 2026-03-01T10:21:00Z
				* * * * *         | 2026-03-01T10:21:00Z | 2026-03-01T10:22:00Z
				*/15 * * * *      | 2026-03-01T10:46:00Z | 2026-03-01T11:00:00Z
				5/20 * * * *      | 2026-03-01T10:26:00Z | 2026-03-01T10:45:00Z
				0 9 * * MON-FRI   | 2026-03-06T09:00:00Z | 2026-03-09T09:00:00Z
				0 9 * * 0         | 2026-03-01T09:00:00Z | 2026-03-08T09:00:00Z
				0 9 * * 7         | 2026-03-01T09:00:00Z | 2026-03-08T09:00:00Z
				0 9 * * FRI-SUN   | 2026-03-01T09:00:00Z | 2026-03-06T09:00:00Z
				0 0 31 * *        | 2026-03-31T00:00:00Z | 2026-05-31T00:00:00Z
				0 0 29 2 *        | 2026-03-01T00:00:00Z | 2028-02-29T00:00:00Z
				0 0 29 2 *        | 2096-03-01T00:00:00Z | 2104-02-29T00:00:00Z
				15 30 8 * * *     | 2026-03-01T08:30:15Z | 2026-03-02T08:30:15Z
				*/20 * * * * *    | 2026-03-01T08:30:41Z | 2026-03-01T08:31:00Z
				0 0 L * *         | 2026-01-31T00:00:00Z | 2026-02-28T00:00:00Z
				0 0 L-1 * *       | 2028-02-01T00:00:00Z | 2028-02-28T00:00:00Z
				0 0 LW * *        | 2026-05-01T00:00:00Z | 2026-05-29T00:00:00Z
				0 0 15W * *       | 2026-08-01T00:00:00Z | 2026-08-14T00:00:00Z
				0 0 15W * *       | 2026-11-01T00:00:00Z | 2026-11-16T00:00:00Z
				0 0 1W * *        | 2026-08-01T00:00:00Z | 2026-08-03T00:00:00Z
				0 0 31W * *       | 2026-05-02T00:00:00Z | 2026-05-29T00:00:00Z
				0 0 * * 5#3       | 2026-03-01T00:00:00Z | 2026-03-20T00:00:00Z
				0 0 * * MON#5     | 2026-04-01T00:00:00Z | 2026-06-29T00:00:00Z
				0 0 * * 5L        | 2026-03-01T00:00:00Z | 2026-03-27T00:00:00Z
				@yearly           | 2026-03-01T00:00:00Z | 2027-01-01T00:00:00Z
				@monthly          | 2026-03-01T00:00:00Z | 2026-04-01T00:00:00Z
				@weekly           | 2026-03-02T00:00:00Z | 2026-03-08T00:00:00Z
				@daily            | 2026-03-01T00:00:00Z | 2026-03-02T00:00:00Z
				@hourly           | 2026-03-01T10:00:00Z | 2026-03-01T11:00:00Z
				""")
		void strictlyAfterATime(String expression, String after, String expected) {
			assertThat(next(expression, after)).isEqualTo(expected);
		}

		@Test
		void bothFieldsForDaysMeanEither() {
			assertThat(occurrences("0 0 13 * FRI", ZoneOffset.UTC, Instant.parse("2026-03-01T00:00:00Z"),
					Instant.parse("2026-03-21T00:00:00Z")))
				.containsExactly(Instant.parse("2026-03-06T00:00:00Z"), Instant.parse("2026-03-13T00:00:00Z"),
						Instant.parse("2026-03-20T00:00:00Z"));
			assertThat(next("0 0 1 * MON", "2026-03-03T00:00:00Z")).isEqualTo("2026-03-09T00:00:00Z");
			assertThat(next("0 0 1 * MON", "2026-03-30T00:00:00Z")).isEqualTo("2026-04-01T00:00:00Z");
		}

		@Test
		void anIntervalCountsFromTheTimeGiven() {
			assertThat(next("@every 1h30m", "2026-03-01T10:20:30.123456Z")).isEqualTo("2026-03-01T11:50:30.123456Z");
		}

		@Test
		void fieldsAreMeantInTheTimeZone() {
			assertThat(next("0 9 * * *", "2026-01-15T00:00:00Z", ZoneId.of("Asia/Tokyo")))
				.isEqualTo("2026-01-16T00:00:00Z");
			assertThat(next("0 9 * * *", "2026-01-15T00:00:00Z", NEW_YORK)).isEqualTo("2026-01-15T14:00:00Z");
			assertThat(next("0 9 * * *", "2026-07-15T00:00:00Z", NEW_YORK)).isEqualTo("2026-07-15T13:00:00Z");
		}

	}

	@Nested
	class WhenClocksChange {

		// 2026-03-08 02:00 EST becomes 03:00 EDT, at 07:00Z.

		@Test
		void aTimeThatIsSkippedDoesNotOccur() {
			assertThat(next("30 2 * * *", "2026-03-07T12:00:00Z", NEW_YORK)).isEqualTo("2026-03-09T06:30:00Z");
			assertThat(next("30 3 * * *", "2026-03-07T12:00:00Z", NEW_YORK)).isEqualTo("2026-03-08T07:30:00Z");
		}

		@Test
		void anHourlyExpressionGoesOnOverTheHourThatIsSkipped() {
			assertThat(next("0 * * * *", "2026-03-08T06:00:00Z", NEW_YORK)).isEqualTo("2026-03-08T07:00:00Z");
		}

		// 2026-11-01 02:00 EDT becomes 01:00 EST, at 06:00Z.

		@Test
		void aTimeThatIsRepeatedOccursTheFirstTimeAlone() {
			assertThat(next("30 1 * * *", "2026-11-01T00:00:00Z", NEW_YORK)).isEqualTo("2026-11-01T05:30:00Z");
			assertThat(next("30 1 * * *", "2026-11-01T05:30:00Z", NEW_YORK)).isEqualTo("2026-11-02T06:30:00Z");
			assertThat(next("*/20 1 * * *", "2026-11-01T05:40:00Z", NEW_YORK)).isEqualTo("2026-11-02T06:00:00Z");
		}

		@Test
		void anExpressionOfEveryHourGoesOnThroughTheRepeatedOne() {
			assertThat(occurrences("30 * * * *", NEW_YORK, Instant.parse("2026-11-01T04:00:00Z"),
					Instant.parse("2026-11-01T08:00:00Z")))
				.containsExactly(Instant.parse("2026-11-01T04:30:00Z"), Instant.parse("2026-11-01T05:30:00Z"),
						Instant.parse("2026-11-01T06:30:00Z"), Instant.parse("2026-11-01T07:30:00Z"));
		}

		@Test
		void aDayMayBeginLaterThanMidnight() {
			// 2018-11-04 in Brazil began at 01:00.
			ZoneId brazil = ZoneId.of("America/Sao_Paulo");
			assertThat(next("0 0 * * *", "2018-11-03T12:00:00Z", brazil)).isEqualTo("2018-11-05T02:00:00Z");
			assertThat(next("0 1 * * *", "2018-11-03T12:00:00Z", brazil)).isEqualTo("2018-11-04T03:00:00Z");
		}

		@Test
		void theLastHourOfADayMayComeTwice() {
			// 2018-02-18 00:00 in Brazil became 23:00 of the day before, at 02:00Z.
			ZoneId brazil = ZoneId.of("America/Sao_Paulo");
			assertThat(occurrences("30 23 * * *", brazil, Instant.parse("2018-02-17T12:00:00Z"),
					Instant.parse("2018-02-19T12:00:00Z")))
				.containsExactly(Instant.parse("2018-02-18T01:30:00Z"), Instant.parse("2018-02-19T02:30:00Z"));
			assertThat(occurrences("30 * * * *", brazil, Instant.parse("2018-02-18T01:00:00Z"),
					Instant.parse("2018-02-18T04:00:00Z")))
				.containsExactly(Instant.parse("2018-02-18T01:30:00Z"), Instant.parse("2018-02-18T02:30:00Z"),
						Instant.parse("2018-02-18T03:30:00Z"));
		}

		@Test
		void aYearIsAsAClockOnTheWallWouldHaveIt() {
			Map<String, Predicate<LocalDateTime>> meanings = new LinkedHashMap<>();
			meanings.put("*/10 * * * *", (time) -> time.getMinute() % 10 == 0);
			meanings.put("30 2 * * *", (time) -> time.getHour() == 2 && time.getMinute() == 30);
			meanings.put("*/15 0-3 * * *", (time) -> time.getHour() <= 3 && time.getMinute() % 15 == 0);
			meanings.put("0 0 * * *", (time) -> time.getHour() == 0 && time.getMinute() == 0);
			meanings.put("45 23 * * SUN,SAT", (time) -> time.getHour() == 23 && time.getMinute() == 45
					&& (time.getDayOfWeek() == DayOfWeek.SUNDAY || time.getDayOfWeek() == DayOfWeek.SATURDAY));
			meanings.put("5 1 L * *", (time) -> time.getHour() == 1 && time.getMinute() == 5
					&& time.getDayOfMonth() == time.toLocalDate().lengthOfMonth());
			meanings.put("0 12 13 * FRI", (time) -> time.getHour() == 12 && time.getMinute() == 0
					&& (time.getDayOfMonth() == 13 || time.getDayOfWeek() == DayOfWeek.FRIDAY));
			meanings.put("59 */2 * MAR-NOV *", (time) -> time.getHour() % 2 == 0 && time.getMinute() == 59
					&& time.getMonth().compareTo(Month.MARCH) >= 0 && time.getMonth().compareTo(Month.NOVEMBER) <= 0);
			// One hour at night, half an hour, at midnight, in the afternoon by UTC,
			// twice in a month.
			for (String zone : List.of("America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Beirut",
					"Africa/Casablanca")) {
				compare(ZoneId.of(zone), meanings);
			}
		}

		private static void compare(ZoneId zone, Map<String, Predicate<LocalDateTime>> meanings) {
			Instant from = Instant.parse("2018-01-01T00:00:00Z");
			Instant to = Instant.parse("2019-01-01T00:00:00Z");
			Map<String, List<Instant>> expected = new LinkedHashMap<>();
			meanings.keySet().forEach((expression) -> expected.put(expression, new ArrayList<>()));
			for (Instant minute = from; minute.isBefore(to); minute = minute.plus(1, ChronoUnit.MINUTES)) {
				ZonedDateTime time = minute.atZone(zone);
				boolean again = !time.withEarlierOffsetAtOverlap().getOffset().equals(time.getOffset());
				Instant instant = minute;
				meanings.forEach((expression, meaning) -> {
					boolean everyHour = expression.startsWith("*/10 *");
					if (meaning.test(time.toLocalDateTime()) && (!again || everyHour)) {
						expected.get(expression).add(instant);
					}
				});
			}
			expected.forEach((expression, instants) -> assertThat(occurrences(expression, zone, from, to))
				.as("%s in %s", expression, zone)
				.isEqualTo(instants));
		}

	}

	/** Where the two agree on what an expression means, and clocks do not change. */
	@ParameterizedTest
	@ValueSource(strings = { "0 */7 3-9 * * *", "30 5,10 * 1-7 * ?", "0 0 0 ? * MON-FRI", "0 15 10 L * ?",
			"0 15 10 L-5 * ?", "0 0 9 LW * ?", "0 0 9 15W * ?", "0 0 9 1W * ?", "0 0 9 ? * FRI#2", "0 0 9 ? * 1#5",
			"0 0 9 ? * 5L", "0 0 0 29 2 ?", "0 30 8/4 31 * ?" })
	void springAgrees(String expression) {
		var spring = org.springframework.scheduling.support.CronExpression.parse(expression);
		CronExpression ours = CronExpression.parse(expression);
		LocalDateTime theirs = LocalDateTime.parse("2023-12-31T23:59:59");
		Instant mine = theirs.toInstant(ZoneOffset.UTC);
		for (int i = 0; i < 400; i++) {
			theirs = spring.next(theirs);
			if (theirs == null || theirs.getYear() > 2060) {
				return;
			}
			mine = ours.next(mine, ZoneOffset.UTC).orElseThrow();
			assertThat(mine).as("occurrence %d", i).isEqualTo(theirs.toInstant(ZoneOffset.UTC));
		}
	}

}
