package org.openjobspec.benchmarks.faults;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/**
 * The wrong clock. {@link ClockAgent} makes the library ask it in place of the JDK;
 * public because the rewritten classes must be able to call it.
 */
public final class ShiftedClock {

	private static volatile Duration shift = Duration.ZERO;

	private ShiftedClock() {
	}

	static void shift(Duration by) {
		shift = by;
	}

	/**
	 * In place of {@link System#currentTimeMillis()}.
	 * @return the wrong time
	 */
	public static long currentTimeMillis() {
		return System.currentTimeMillis() + shift.toMillis();
	}

	/**
	 * In place of {@link Instant#now()}.
	 * @return the wrong time
	 */
	public static Instant instant() {
		return systemUTC().instant();
	}

	/**
	 * In place of {@link Clock#systemUTC()}.
	 * @return the wrong clock
	 */
	public static Clock systemUTC() {
		return Clock.offset(Clock.systemUTC(), shift);
	}

	/**
	 * In place of {@link Clock#systemDefaultZone()}.
	 * @return the wrong clock
	 */
	public static Clock systemDefaultZone() {
		return systemUTC().withZone(ZoneId.systemDefault());
	}

	/**
	 * In place of {@link InstantSource#system()}.
	 * @return the wrong clock
	 */
	public static InstantSource system() {
		return systemUTC();
	}

	/**
	 * In place of {@link LocalDate#now()}.
	 * @return the wrong date
	 */
	public static LocalDate localDate() {
		return LocalDate.now(systemDefaultZone());
	}

	/**
	 * In place of {@link LocalTime#now()}.
	 * @return the wrong time
	 */
	public static LocalTime localTime() {
		return LocalTime.now(systemDefaultZone());
	}

	/**
	 * In place of {@link LocalDateTime#now()}.
	 * @return the wrong time
	 */
	public static LocalDateTime localDateTime() {
		return LocalDateTime.now(systemDefaultZone());
	}

	/**
	 * In place of {@link OffsetDateTime#now()}.
	 * @return the wrong time
	 */
	public static OffsetDateTime offsetDateTime() {
		return OffsetDateTime.now(systemDefaultZone());
	}

	/**
	 * In place of {@link ZonedDateTime#now()}.
	 * @return the wrong time
	 */
	public static ZonedDateTime zonedDateTime() {
		return ZonedDateTime.now(systemDefaultZone());
	}

}
