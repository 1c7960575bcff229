package org.openjobspec.boot.job;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;

/**
 * When a periodic job is due (ojs-cron 3 to 5): five fields or six with seconds in front,
 * {@code L}, {@code W} and {@code #}, names of months and days, {@code @daily} and the
 * like, and {@code @every 1h30m}. Where both the day of the month and the day of the week
 * are restricted, a day that matches either is one, as in Vixie cron.
 *
 * <p>
 * A local time that a change to summer time skips does not occur. A local time that a
 * change back repeats occurs once, the first time; only an expression whose hour is
 * {@code *} goes on through the repeated hour, as it would otherwise be silent for an
 * hour more than it says.
 */
public final class CronExpression {

	private static final Map<String, String> ALIASES = Map.of("@yearly", "0 0 1 1 *", "@annually", "0 0 1 1 *",
			"@monthly", "0 0 1 * *", "@weekly", "0 0 * * 0", "@daily", "0 0 * * *", "@midnight", "0 0 * * *", "@hourly",
			"0 * * * *");

	private static final String EVERY = "@every";

	// The Gregorian calendar repeats itself, days of the week included, after 400 years;
	// what does not occur within the 40 years that hold every combination of leap day
	// and day of the week on both sides of a skipped leap year does not occur.
	private static final int YEARS = 40;

	private final String text;

	private final @Nullable Duration interval;

	private final BitSet seconds;

	private final BitSet minutes;

	private final BitSet hours;

	private final BitSet months;

	private final CronDays days;

	private final boolean everyHour;

	private CronExpression(String text, Duration interval) {
		this.text = text;
		this.interval = interval;
		this.seconds = new BitSet();
		this.minutes = new BitSet();
		this.hours = new BitSet();
		this.months = new BitSet();
		this.days = CronDays.ANY;
		this.everyHour = true;
	}

	private CronExpression(String text, List<CronField> fields) {
		this.text = text;
		this.interval = null;
		this.seconds = fields.get(0).values();
		this.minutes = fields.get(1).values();
		this.hours = fields.get(2).values();
		this.months = fields.get(4).values();
		this.days = new CronDays(fields.get(3), fields.get(5));
		this.everyHour = this.hours.cardinality() == 24;
	}

	/**
	 * Reads an expression.
	 * @param text the expression
	 * @return the expression
	 * @throws InvalidRequestException if it is not one, or names a date that does not
	 * exist in any year; the message names the field
	 */
	public static CronExpression parse(String text) {
		String trimmed = text.strip();
		if (trimmed.isEmpty()) {
			throw invalid(text, "it is empty");
		}
		if (trimmed.startsWith("@")) {
			return parseSpecial(trimmed);
		}
		return parseFields(trimmed, trimmed);
	}

	private static CronExpression parseSpecial(String text) {
		String lower = text.toLowerCase(Locale.ROOT);
		if (lower.startsWith(EVERY)) {
			return new CronExpression(text, CronInterval.parse(text, text.substring(EVERY.length()).strip()));
		}
		String fields = ALIASES.get(lower);
		if (fields == null) {
			throw invalid(text, "'%s' is not known; there are @yearly, @monthly, @weekly, @daily, @hourly and @every"
				.formatted(text));
		}
		return parseFields(text, fields);
	}

	private static CronExpression parseFields(String text, String fields) {
		String[] parts = fields.split("\\s+");
		if (parts.length != 5 && parts.length != 6) {
			throw invalid(text,
					"it has %d fields, where five (minute hour day-of-month month day-of-week) or six (second first) are needed"
						.formatted(parts.length));
		}
		int first = parts.length - 5;
		CronExpression expression = new CronExpression(text,
				List.of(CronField.parse(CronField.Kind.SECOND, (first == 1) ? parts[0] : "0", text),
						CronField.parse(CronField.Kind.MINUTE, parts[first], text),
						CronField.parse(CronField.Kind.HOUR, parts[first + 1], text),
						CronField.parse(CronField.Kind.DAY_OF_MONTH, parts[first + 2], text),
						CronField.parse(CronField.Kind.MONTH, parts[first + 3], text),
						CronField.parse(CronField.Kind.DAY_OF_WEEK, parts[first + 4], text)));
		// From the start of a year, so that the answer does not depend on the day.
		if (expression.next(Instant.parse("2000-01-01T00:00:00Z"), ZoneOffset.UTC).isEmpty()) {
			throw invalid(text, "the day of the month does not exist in the months named");
		}
		return expression;
	}

	static InvalidRequestException invalid(String text, String reason) {
		String shown = (text.length() <= 100) ? text : text.substring(0, 100) + "…";
		return InvalidRequestException.field("cron",
				"The cron expression '%s' is not valid: %s".formatted(shown, reason));
	}

	/**
	 * Whether the expression names an interval that counts from the last occurrence, and
	 * not times of the calendar.
	 * @return whether it is {@code @every}
	 */
	public boolean isInterval() {
		return this.interval != null;
	}

	/**
	 * The first occurrence after a time.
	 * @param after the time; for {@code @every} the last occurrence, or the registration
	 * @param zone the time zone in which the fields are meant
	 * @return the occurrence; nothing if there is none within 40 years
	 */
	public Optional<Instant> next(Instant after, ZoneId zone) {
		if (this.interval != null) {
			return Optional.of(after.plus(this.interval));
		}
		ZoneRules rules = zone.getRules();
		// The day before, too: where clocks go back over midnight, its last hour comes
		// again after today's first.
		LocalDate first = LocalDate.ofInstant(after, zone).minusDays(1);
		LocalDate end = first.plusYears(YEARS);
		LocalDate date = first;
		while (date.isBefore(end)) {
			if (!this.months.get(date.getMonthValue())) {
				date = date.withDayOfMonth(1).plusMonths(1);
			}
			else {
				Optional<Instant> found = nextOn(date, after, zone, rules);
				if (found.isPresent()) {
					return Optional.of(earlier(found.get(), date.plusDays(1), after, zone));
				}
				date = date.plusDays(1);
			}
		}
		return Optional.empty();
	}

	// Where clocks go back over midnight, the first minutes of a day come before the last
	// hour of the day before comes again.
	private Instant earlier(Instant found, LocalDate following, Instant after, ZoneId zone) {
		if (found.isBefore(following.atStartOfDay(zone).toInstant())) {
			return found;
		}
		return nextOn(following, after, zone, zone.getRules()).filter((other) -> other.isBefore(found)).orElse(found);
	}

	private Optional<Instant> nextOn(LocalDate date, Instant after, ZoneId zone, ZoneRules rules) {
		if (!this.months.get(date.getMonthValue()) || !this.days.matches(date)) {
			return Optional.empty();
		}
		Instant dayStart = date.atStartOfDay(zone).toInstant();
		Instant dayEnd = date.plusDays(1).atStartOfDay(zone).toInstant();
		if (dayEnd.compareTo(after) <= 0 && Duration.between(dayEnd, after).toHours() > 3) {
			return Optional.empty();
		}
		boolean uniform = rules.isFixedOffset() || (rules.getOffset(dayStart).equals(rules.getOffset(dayEnd))
				&& Duration.between(dayStart, dayEnd).equals(Duration.ofDays(1)));
		return uniform ? nextOnUniform(date, after, rules.getOffset(dayStart)) : nextOnTransition(date, after, rules);
	}

	private Optional<Instant> nextOnUniform(LocalDate date, Instant after, ZoneOffset offset) {
		LocalDateTime from = LocalDateTime.ofEpochSecond(after.getEpochSecond(), 0, offset).plusSeconds(1);
		if (from.toLocalDate().isAfter(date)) {
			return Optional.empty();
		}
		LocalTime earliest = from.toLocalDate().isBefore(date) ? LocalTime.MIDNIGHT : from.toLocalTime();
		return nextTime(earliest).map((time) -> date.atTime(time).toInstant(offset));
	}

	// A day on which the clocks change: every time of it, which are few enough twice a
	// year, in the order in which they really come.
	private Optional<Instant> nextOnTransition(LocalDate date, Instant after, ZoneRules rules) {
		Instant best = null;
		Optional<LocalTime> time = nextTime(LocalTime.MIDNIGHT);
		while (time.isPresent()) {
			LocalDateTime local = date.atTime(time.get());
			List<ZoneOffset> offsets = rules.getValidOffsets(local);
			// None in the hour that is skipped; two in the one that is repeated, the
			// earlier first.
			int count = this.everyHour ? offsets.size() : Math.min(1, offsets.size());
			for (int i = 0; i < count; i++) {
				Instant instant = local.toInstant(offsets.get(i));
				if (instant.isAfter(after) && (best == null || instant.isBefore(best))) {
					best = instant;
				}
			}
			LocalTime following = time.get().plusSeconds(1);
			time = following.equals(LocalTime.MIDNIGHT) ? Optional.empty() : nextTime(following);
		}
		return Optional.ofNullable(best);
	}

	private Optional<LocalTime> nextTime(LocalTime from) {
		int hour = this.hours.nextSetBit(from.getHour());
		if (hour < 0) {
			return Optional.empty();
		}
		if (hour == from.getHour()) {
			int minute = this.minutes.nextSetBit(from.getMinute());
			if (minute == from.getMinute()) {
				int second = this.seconds.nextSetBit(from.getSecond());
				if (second >= 0) {
					return Optional.of(LocalTime.of(hour, minute, second));
				}
				minute = this.minutes.nextSetBit(minute + 1);
			}
			if (minute >= 0) {
				return Optional.of(LocalTime.of(hour, minute, this.seconds.nextSetBit(0)));
			}
			hour = this.hours.nextSetBit(hour + 1);
		}
		return (hour < 0) ? Optional.empty()
				: Optional.of(LocalTime.of(hour, this.minutes.nextSetBit(0), this.seconds.nextSetBit(0)));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof CronExpression expression && this.text.equals(expression.text);
	}

	@Override
	public int hashCode() {
		return this.text.hashCode();
	}

	/**
	 * The expression as it was given.
	 */
	@Override
	public String toString() {
		return this.text;
	}

}
