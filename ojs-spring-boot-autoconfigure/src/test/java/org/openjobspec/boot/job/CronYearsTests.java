package org.openjobspec.boot.job;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whole years of ticks in zones whose clocks change in different ways, against two that
 * know nothing of the implementation: a clock on the wall that is looked at every minute,
 * and, on the days on which no clock changes, Spring's {@code CronExpression}.
 */
class CronYearsTests {

	/** What Spring writes in the same way, and means in the same way. */
	private static final List<Expression> COMMON = List.of(expression("0 * * * *", at(0), any()),
			expression("30 2 * * *", at(30), at(2)), expression("0 2 * * *", at(0), at(2)),
			expression("0 3 * * *", at(0), at(3)), expression("30 1 * * *", at(30), at(1)),
			expression("0 1 * * *", at(0), at(1)), expression("15 1 * * *", at(15), at(1)),
			expression("45 1 * * *", at(45), at(1)), expression("0 0 * * *", at(0), at(0)),
			expression("30 0 * * *", at(30), at(0)), expression("59 23 * * *", at(59), at(23)),
			expression("30 23 * * *", at(30), at(23)), expression("0 12 * * *", at(0), at(12)),
			expression("*/15 0-3 * * *", every(15), from(0, 3)), expression("*/20 1 * * *", every(20), at(1)),
			expression("20 */2 * * *", at(20), every(2)), expression("5 1-23/2 * * *", at(5), (hour) -> hour % 2 == 1),
			expression("10-20/5 22-23 * * *", in(10, 15, 20), from(22, 23)),
			expression("0 0,1,2,3 * * *", at(0), from(0, 3)),
			expression("30 2 * * SUN", at(30), at(2), (day) -> day.getDayOfWeek() == DayOfWeek.SUNDAY),
			expression("0 9 * * MON-FRI", at(0), at(9), (day) -> day.getDayOfWeek().getValue() <= 5),
			expression("15 2 * 3,4,10,11 *", at(15), at(2),
					(day) -> List.of(3, 4, 10, 11).contains(day.getMonthValue())),
			expression("15 0 1 * *", at(15), at(0), (day) -> day.getDayOfMonth() == 1),
			expression("15 2 29,30,31 * *", at(15), at(2), (day) -> day.getDayOfMonth() >= 29),
			expression("45 1 L * *", at(45), at(1), (day) -> day.getDayOfMonth() == day.lengthOfMonth()),
			expression("45 2 LW * *", at(45), at(2), (day) -> day.equals(lastWeekday(day))),
			expression("30 2 15W * *", at(30), at(2), (day) -> day.equals(nearestWeekday(day.withDayOfMonth(15)))),
			expression("30 2 * * SUN#2", at(30), at(2), (day) -> isNth(day, DayOfWeek.SUNDAY, 2)),
			expression("30 1 * * SUN#1", at(30), at(1), (day) -> isNth(day, DayOfWeek.SUNDAY, 1)),
			expression("30 1 * * SUNL", at(30), at(1),
					(day) -> day.getDayOfWeek() == DayOfWeek.SUNDAY && day.plusDays(7).getMonth() != day.getMonth()));

	/** What Spring writes or means otherwise, or would take long for. */
	private static final List<Expression> OWN = List.of(expression("@hourly", at(0), any()),
			expression("*/10 * * * *", every(10), any()), expression("7,37 * * * *", in(7, 37), any()),
			expression("@daily", at(0), at(0)), expression("30 0-23 * * *", at(30), any()),
			expression("@weekly", at(0), at(0), (day) -> day.getDayOfWeek() == DayOfWeek.SUNDAY),
			expression("@monthly", at(0), at(0), (day) -> day.getDayOfMonth() == 1),
			expression("@yearly", at(0), at(0), (day) -> day.getDayOfYear() == 1),
			expression("30 2 13 * SUN", at(30), at(2),
					(day) -> day.getDayOfMonth() == 13 || day.getDayOfWeek() == DayOfWeek.SUNDAY),
			expression("30 1 1 * SAT", at(30), at(1),
					(day) -> day.getDayOfMonth() == 1 || day.getDayOfWeek() == DayOfWeek.SATURDAY));

	/**
	 * An expression, and the same in words.
	 *
	 * @param text the expression
	 * @param minute whether it occurs in a minute
	 * @param hour whether it occurs in an hour
	 * @param day whether it occurs on a day
	 */
	private record Expression(String text, IntPredicate minute, IntPredicate hour, Predicate<LocalDate> day) {

		boolean everyHour() {
			return IntStream.range(0, 24).allMatch(this.hour);
		}

	}

	private static Expression expression(String text, IntPredicate minute, IntPredicate hour) {
		return expression(text, minute, hour, (day) -> true);
	}

	private static Expression expression(String text, IntPredicate minute, IntPredicate hour,
			Predicate<LocalDate> day) {
		return new Expression(text, minute, hour, day);
	}

	private static IntPredicate any() {
		return (number) -> true;
	}

	private static IntPredicate at(int number) {
		return (other) -> other == number;
	}

	private static IntPredicate in(int... numbers) {
		return (other) -> IntStream.of(numbers).anyMatch((number) -> number == other);
	}

	private static IntPredicate from(int first, int last) {
		return (number) -> number >= first && number <= last;
	}

	private static IntPredicate every(int step) {
		return (number) -> number % step == 0;
	}

	private static LocalDate lastWeekday(LocalDate day) {
		LocalDate last = day.withDayOfMonth(day.lengthOfMonth());
		while (last.getDayOfWeek().getValue() > 5) {
			last = last.minusDays(1);
		}
		return last;
	}

	private static LocalDate nearestWeekday(LocalDate day) {
		return switch (day.getDayOfWeek()) {
			case SATURDAY -> day.minusDays(1);
			case SUNDAY -> day.plusDays(1);
			default -> day;
		};
	}

	private static boolean isNth(LocalDate day, DayOfWeek dayOfWeek, int number) {
		return day.getDayOfWeek() == dayOfWeek && day.getDayOfMonth() > 7 * (number - 1)
				&& day.getDayOfMonth() <= 7 * number;
	}

	// By an hour at night; by half an hour; from midnight and to before midnight; by a
	// day; in the month of fasting; by two hours; for good, by half an hour to either
	// side.
	@ParameterizedTest
	@CsvSource({ "America/New_York, 2026", "Europe/Berlin, 2026", "Australia/Lord_Howe, 2026",
			"America/Sao_Paulo, 2018", "Asia/Tehran, 2022", "Asia/Beirut, 2023", "Pacific/Apia, 2011",
			"Africa/Casablanca, 2019", "Antarctica/Troll, 2026", "Asia/Pyongyang, 2015", "America/Caracas, 2007",
			"America/Caracas, 2016" })
	void ofAZoneAreAsAClockOnTheWallAndSpringHaveThem(String zone, int year) {
		ZoneId id = ZoneId.of(zone);
		Instant from = LocalDate.of(year, 1, 1).atStartOfDay(id).toInstant();
		Instant to = LocalDate.of(year + 1, 1, 1).atStartOfDay(id).toInstant();
		assertThat(changes(id.getRules(), from, to)).as("changes of the clocks of " + zone).isNotEmpty();
		List<Expression> all = new ArrayList<>(COMMON);
		all.addAll(OWN);
		Map<Expression, List<Instant>> wall = lookAtTheWall(all, id, from, to);
		all.forEach((expression) -> assertThat(occurrences(expression.text(), id, from, to))
			.as("%s in %s", expression.text(), zone)
			.isEqualTo(wall.get(expression)));
		Set<LocalDate> quiet = quietDays(id, from, to);
		assertThat(quiet).hasSizeGreaterThan(300);
		for (Expression expression : COMMON) {
			assertThat(ofDays(wall.get(expression), id, quiet)).as("%s in %s, by Spring", expression.text(), zone)
				.isEqualTo(bySpring(expression.text(), id, quiet));
		}
	}

	private static List<Instant> occurrences(String text, ZoneId zone, Instant from, Instant to) {
		CronExpression expression = CronExpression.parse(text);
		List<Instant> found = new ArrayList<>();
		Instant next = expression.next(from.minusNanos(1), zone).orElseThrow();
		while (next.isBefore(to)) {
			found.add(next);
			next = expression.next(next, zone).orElseThrow();
		}
		return found;
	}

	private static List<ZoneOffsetTransition> changes(ZoneRules rules, Instant from, Instant to) {
		List<ZoneOffsetTransition> changes = new ArrayList<>();
		ZoneOffsetTransition next = rules.nextTransition(from.minusSeconds(1));
		while (next != null && next.getInstant().isBefore(to)) {
			changes.add(next);
			next = rules.nextTransition(next.getInstant());
		}
		return changes;
	}

	// A clock shows no time that is skipped. It shows a time again once it has been put
	// back, and until it shows what it showed then; only who says every hour means that,
	// too.
	private static Map<Expression, List<Instant>> lookAtTheWall(List<Expression> expressions, ZoneId zone, Instant from,
			Instant to) {
		Map<Expression, List<Instant>> seen = new LinkedHashMap<>();
		expressions.forEach((expression) -> seen.put(expression, new ArrayList<>()));
		ZoneRules rules = zone.getRules();
		TreeMap<Instant, Duration> offsets = new TreeMap<>();
		offsets.put(from, Duration.ofSeconds(rules.getOffset(from).getTotalSeconds()));
		TreeMap<Instant, Instant> again = new TreeMap<>();
		for (ZoneOffsetTransition change : changes(rules, from, to)) {
			offsets.put(change.getInstant(), Duration.ofSeconds(change.getOffsetAfter().getTotalSeconds()));
			if (change.getDuration().isNegative()) {
				again.put(change.getInstant(), change.getInstant().minus(change.getDuration()));
			}
		}
		LocalDate today = LocalDate.MIN;
		List<Expression> todays = List.of();
		for (Instant minute = from; minute.isBefore(to); minute = minute.plusSeconds(60)) {
			LocalDateTime shown = LocalDateTime.ofInstant(minute.plus(offsets.floorEntry(minute).getValue()),
					ZoneOffset.UTC);
			if (!shown.toLocalDate().equals(today)) {
				LocalDate day = shown.toLocalDate();
				today = day;
				todays = expressions.stream().filter((expression) -> expression.day().test(day)).toList();
			}
			Map.Entry<Instant, Instant> putBack = again.floorEntry(minute);
			boolean repeated = putBack != null && minute.isBefore(putBack.getValue());
			for (Expression expression : todays) {
				if (expression.minute().test(shown.getMinute()) && expression.hour().test(shown.getHour())
						&& (!repeated || expression.everyHour())) {
					seen.get(expression).add(minute);
				}
			}
		}
		return seen;
	}

	/** Not next to a change either: what a day is may change with the clocks. */
	private static Set<LocalDate> quietDays(ZoneId zone, Instant from, Instant to) {
		Set<LocalDate> days = LocalDate.ofInstant(from, zone)
			.datesUntil(LocalDate.ofInstant(to, zone))
			.collect(Collectors.toCollection(TreeSet::new));
		for (ZoneOffsetTransition change : changes(zone.getRules(), from, to)) {
			LocalDate day = LocalDate.ofInstant(change.getInstant(), ZoneOffset.UTC);
			days.removeAll(day.minusDays(2).datesUntil(day.plusDays(3)).toList());
		}
		return days;
	}

	private static List<Instant> ofDays(List<Instant> instants, ZoneId zone, Set<LocalDate> days) {
		return instants.stream().filter((instant) -> days.contains(LocalDate.ofInstant(instant, zone))).toList();
	}

	private static List<Instant> bySpring(String text, ZoneId zone, Set<LocalDate> days) {
		var spring = org.springframework.scheduling.support.CronExpression.parse("0 " + text);
		List<Instant> found = new ArrayList<>();
		for (LocalDate day : days) {
			ZonedDateTime next = spring.next(day.atStartOfDay(zone).minusNanos(1));
			while (next != null && next.toLocalDate().equals(day)) {
				found.add(next.toInstant());
				next = spring.next(next);
			}
		}
		return found;
	}

}
