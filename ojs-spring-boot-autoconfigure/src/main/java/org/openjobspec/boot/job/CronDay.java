package org.openjobspec.boot.job;

import java.time.DayOfWeek;
import java.time.LocalDate;

/**
 * A day that is not the same number in every month (ojs-cron 3.3).
 */
sealed interface CronDay {

	boolean matches(LocalDate date);

	/**
	 * {@code L} and {@code L-3}: the last day of the month, or some days before it.
	 *
	 * @param daysBefore how many days before the last
	 */
	record Last(int daysBefore) implements CronDay {

		@Override
		public boolean matches(LocalDate date) {
			return date.getDayOfMonth() == date.lengthOfMonth() - this.daysBefore;
		}

	}

	/** {@code LW}: the last day of the month that is neither Saturday nor Sunday. */
	record LastWeekday() implements CronDay {

		@Override
		public boolean matches(LocalDate date) {
			LocalDate last = date.withDayOfMonth(date.lengthOfMonth());
			return date.equals(switch (last.getDayOfWeek()) {
				case SATURDAY -> last.minusDays(1);
				case SUNDAY -> last.minusDays(2);
				default -> last;
			});
		}

	}

	/**
	 * {@code 15W}: of the same month, the day from Monday to Friday that is nearest.
	 *
	 * @param day the day of the month
	 */
	record NearestWeekday(int day) implements CronDay {

		@Override
		public boolean matches(LocalDate date) {
			if (this.day > date.lengthOfMonth()) {
				return false;
			}
			LocalDate nominal = date.withDayOfMonth(this.day);
			return date.equals(switch (nominal.getDayOfWeek()) {
				case SATURDAY -> (this.day > 1) ? nominal.minusDays(1) : nominal.plusDays(2);
				case SUNDAY -> (this.day < nominal.lengthOfMonth()) ? nominal.plusDays(1) : nominal.minusDays(2);
				default -> nominal;
			});
		}

	}

	/**
	 * {@code 5#3}: the third Friday of the month.
	 *
	 * @param dayOfWeek the day of the week
	 * @param number which one, from 1 to 5
	 */
	record Nth(DayOfWeek dayOfWeek, int number) implements CronDay {

		@Override
		public boolean matches(LocalDate date) {
			return date.getDayOfWeek() == this.dayOfWeek && (date.getDayOfMonth() - 1) / 7 + 1 == this.number;
		}

	}

	/**
	 * {@code 5L}: the last Friday of the month.
	 *
	 * @param dayOfWeek the day of the week
	 */
	record LastOf(DayOfWeek dayOfWeek) implements CronDay {

		@Override
		public boolean matches(LocalDate date) {
			return date.getDayOfWeek() == this.dayOfWeek && date.getDayOfMonth() + 7 > date.lengthOfMonth();
		}

	}

}
