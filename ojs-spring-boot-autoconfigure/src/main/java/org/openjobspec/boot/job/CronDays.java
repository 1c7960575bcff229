package org.openjobspec.boot.job;

import java.time.LocalDate;
import java.util.BitSet;
import java.util.List;

/**
 * The days on which a periodic job is due: by the day of the month, by the day of the
 * week, or by either where both are restricted.
 *
 * @param ofMonth the field for the day of the month
 * @param ofWeek the field for the day of the week
 */
record CronDays(CronField ofMonth, CronField ofWeek) {

	static final CronDays ANY = new CronDays(any(), any());

	private static CronField any() {
		return new CronField(new BitSet(), true, List.of());
	}

	boolean matches(LocalDate date) {
		if (this.ofMonth.unrestricted()) {
			return this.ofWeek.unrestricted() || matchesWeek(date);
		}
		return matchesMonth(date) || (!this.ofWeek.unrestricted() && matchesWeek(date));
	}

	private boolean matchesMonth(LocalDate date) {
		return this.ofMonth.values().get(date.getDayOfMonth()) || matches(this.ofMonth, date);
	}

	private boolean matchesWeek(LocalDate date) {
		return this.ofWeek.values().get(date.getDayOfWeek().getValue() % 7) || matches(this.ofWeek, date);
	}

	private static boolean matches(CronField field, LocalDate date) {
		return field.days().stream().anyMatch((day) -> day.matches(date));
	}

}
