package org.openjobspec.boot.job;

import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * One field of a cron expression (ojs-cron 3.1 to 3.4).
 *
 * @param values the numbers that it names; Sunday is 0
 * @param unrestricted whether it names every day, which tells how the two fields for days
 * go together
 * @param days the days that it names by another rule
 */
record CronField(BitSet values, boolean unrestricted, List<CronDay> days) {

	private static final Pattern STEPPED = Pattern.compile("(.+)/(\\d{1,3})");

	private static final Pattern RANGE = Pattern.compile("(\\w+)-(\\w+)");

	private static final Pattern LAST = Pattern.compile("L(?:-(\\d{1,2}))?");

	private static final Pattern NEAREST_WEEKDAY = Pattern.compile("(\\d{1,2})W");

	private static final Pattern NTH = Pattern.compile("(\\w+)#(\\d)");

	private static final Pattern LAST_OF = Pattern.compile("(\\w+)L");

	private static final List<String> MONTHS = List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP",
			"OCT", "NOV", "DEC");

	private static final List<String> DAYS_OF_WEEK = List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

	enum Kind {

		SECOND("second", 0, 59), MINUTE("minute", 0, 59), HOUR("hour", 0, 23), DAY_OF_MONTH("day-of-month", 1, 31),
		MONTH("month", 1, 12), DAY_OF_WEEK("day-of-week", 0, 7);

		private final String label;

		private final int min;

		private final int max;

		Kind(String label, int min, int max) {
			this.label = label;
			this.min = min;
			this.max = max;
		}

		private List<String> names() {
			return switch (this) {
				case MONTH -> MONTHS;
				case DAY_OF_WEEK -> DAYS_OF_WEEK;
				case SECOND, MINUTE, HOUR, DAY_OF_MONTH -> List.of();
			};
		}

		private boolean isDay() {
			return this == DAY_OF_MONTH || this == DAY_OF_WEEK;
		}

	}

	static CronField parse(Kind kind, String text, String expression) {
		return new Parser(kind, text.toUpperCase(Locale.ROOT), expression).parse();
	}

	private static final class Parser {

		private final Kind kind;

		private final String text;

		private final String expression;

		private final BitSet values = new BitSet();

		private final List<CronDay> days = new ArrayList<>();

		Parser(Kind kind, String text, String expression) {
			this.kind = kind;
			this.text = text;
			this.expression = expression;
		}

		CronField parse() {
			for (String item : this.text.split(",", -1)) {
				parseItem(item);
			}
			boolean unrestricted = this.text.equals("*") || this.text.equals("?");
			return new CronField(this.values, unrestricted, List.copyOf(this.days));
		}

		private void parseItem(String item) {
			if (item.equals("*") || (item.equals("?") && this.kind.isDay())) {
				set(this.kind.min, this.kind.max, 1);
				return;
			}
			CronDay day = day(item);
			if (day != null) {
				this.days.add(day);
				return;
			}
			Matcher stepped = STEPPED.matcher(item);
			if (stepped.matches()) {
				int step = Integer.parseInt(stepped.group(2));
				if (step == 0) {
					throw invalid("a step of 0 in '%s'".formatted(item));
				}
				parseRange(item, stepped.group(1), step);
			}
			else {
				parseRange(item, item, 0);
			}
		}

		// A single number with a step goes on to the field's end, as in 5/15.
		private void parseRange(String item, String range, int step) {
			if (range.equals("*")) {
				set(this.kind.min, this.kind.max, step);
				return;
			}
			Matcher bounds = RANGE.matcher(range);
			if (bounds.matches()) {
				int from = number(bounds.group(1), item);
				int to = number(bounds.group(2), item);
				if (this.kind == Kind.DAY_OF_WEEK && to == 0 && from > 0) {
					to = 7;
				}
				if (from > to) {
					throw invalid("'%s' ends before it starts".formatted(item));
				}
				set(from, to, Math.max(1, step));
				return;
			}
			int from = number(range, item);
			set(from, (step > 0) ? this.kind.max : from, Math.max(1, step));
		}

		private void set(int from, int to, int step) {
			for (int value = from; value <= to; value += step) {
				this.values.set((this.kind == Kind.DAY_OF_WEEK) ? value % 7 : value);
			}
		}

		private int number(String text, String item) {
			int name = this.kind.names().indexOf(text);
			if (name >= 0) {
				return name + this.kind.min;
			}
			if (text.isEmpty() || text.length() > 4 || !text.chars().allMatch((c) -> c >= '0' && c <= '9')) {
				throw invalid("'%s' is not understood".formatted(item));
			}
			int number = Integer.parseInt(text);
			if (number < this.kind.min || number > this.kind.max) {
				throw invalid("%d is not from %d to %d".formatted(number, this.kind.min, this.kind.max));
			}
			return number;
		}

		private @Nullable CronDay day(String item) {
			return switch (this.kind) {
				case DAY_OF_MONTH -> dayOfMonth(item);
				case DAY_OF_WEEK -> dayOfWeek(item);
				default -> null;
			};
		}

		private @Nullable CronDay dayOfMonth(String item) {
			if (item.equals("LW")) {
				return new CronDay.LastWeekday();
			}
			Matcher last = LAST.matcher(item);
			if (last.matches()) {
				int before = (last.group(1) != null) ? Integer.parseInt(last.group(1)) : 0;
				if (before > 30) {
					throw invalid("no month has %d days before its last".formatted(before));
				}
				return new CronDay.Last(before);
			}
			Matcher nearest = NEAREST_WEEKDAY.matcher(item);
			return nearest.matches() ? new CronDay.NearestWeekday(number(nearest.group(1), item)) : null;
		}

		private @Nullable CronDay dayOfWeek(String item) {
			Matcher nth = NTH.matcher(item);
			if (nth.matches()) {
				int number = Integer.parseInt(nth.group(2));
				if (number < 1 || number > 5) {
					throw invalid("no month has a day of the week number %d, as '%s' says".formatted(number, item));
				}
				return new CronDay.Nth(weekday(nth.group(1), item), number);
			}
			Matcher last = LAST_OF.matcher(item);
			return last.matches() ? new CronDay.LastOf(weekday(last.group(1), item)) : null;
		}

		private DayOfWeek weekday(String text, String item) {
			int number = number(text, item) % 7;
			return DayOfWeek.of((number == 0) ? 7 : number);
		}

		private InvalidRequestException invalid(String reason) {
			return CronExpression.invalid(this.expression, "in the field %s, %s".formatted(this.kind.label, reason));
		}

	}

}
