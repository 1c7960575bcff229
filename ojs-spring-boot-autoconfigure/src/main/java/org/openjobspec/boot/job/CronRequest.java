package org.openjobspec.boot.job;

import java.time.ZoneId;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * A periodic job to be registered, or to be changed if its name is known (ojs-cron 2.2
 * and 8.1).
 *
 * @param name its name: lower-case letters, digits, hyphens and dots, a letter or digit
 * first, at most 255 characters
 * @param schedule when it is due
 * @param timezone the time zone in which the schedule is meant (by default UTC); a name
 * of the IANA database, as {@link #zone(String)} takes it
 * @param overlap what happens when it is due and the last run has not ended (by default
 * {@link CronOverlap#SKIP})
 * @param enabled whether it fires; {@code null} leaves a known one as it is and enables a
 * new one
 * @param description what it is for, for people
 * @param job what each run enqueues. It has no id and no fixed times; a delay and a time
 * to live count from each run. What it leaves out is as the handler of its type says when
 * it is registered
 */
public record CronRequest(String name, CronExpression schedule, ZoneId timezone, CronOverlap overlap,
		@Nullable Boolean enabled, @Nullable String description, JobRequest job) {

	private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]*+");

	private static final int MAX_NAME = 255;

	private static final String UTC = "UTC";

	/**
	 * Checks the rules of ojs-cron 2.2 and 5.1.
	 * @param name its name
	 * @param schedule when it is due
	 * @param timezone the time zone in which the schedule is meant
	 * @param overlap what happens when it is due and the last run has not ended
	 * @param enabled whether it fires
	 * @param description what it is for
	 * @param job what each run enqueues
	 * @throws InvalidRequestException if a value breaks a rule; the message names the
	 * field as it is called on the wire
	 */
	public CronRequest {
		if (!isName(name)) {
			throw InvalidRequestException.field("name",
					"name must consist of lower-case letters, digits, '-' and '.', start with a letter or digit and have at most %d characters, and is '%s'"
						.formatted(MAX_NAME, JobRequest.abbreviate(name)));
		}
		timezone = zone(timezone.getId());
		refuse(job.id() != null, "id", "the id of its jobs, of which each has its own");
		refuse(job.scheduledAt() != null, "scheduled_at", "a fixed time; use a delay, which counts from each run");
		refuse(job.expiresAt() != null, "expires_at", "a fixed end; use a duration, which counts from each run");
	}

	private static void refuse(boolean given, String field, String what) {
		if (given) {
			throw InvalidRequestException.field(field, "%s: a periodic job cannot name %s".formatted(field, what));
		}
	}

	/**
	 * A request that leaves everything to the defaults.
	 * @param name its name
	 * @param expression when it is due, as {@link CronExpression#parse} takes it
	 * @param job what each run enqueues
	 * @return the request, in UTC, without overlap
	 * @throws InvalidRequestException if a value breaks a rule
	 */
	public static CronRequest of(String name, String expression, JobRequest job) {
		return new CronRequest(name, CronExpression.parse(expression), ZoneId.of(UTC), CronOverlap.SKIP, null, null,
				job);
	}

	/**
	 * Whether a text can be the name of a periodic job.
	 * @param name the text
	 * @return whether it can
	 */
	public static boolean isName(String name) {
		return name.length() <= MAX_NAME && NAME.matcher(name).matches();
	}

	/**
	 * Finds a time zone. Offsets and abbreviations are refused, since they do not say
	 * when the clocks change (ojs-cron 5.1).
	 * @param name {@code UTC} or a name such as {@code Europe/Berlin}
	 * @return the time zone
	 * @throws InvalidRequestException if there is none of that name
	 */
	public static ZoneId zone(String name) {
		// Names without a slash are abbreviations, offsets, or old names of others.
		boolean region = name.indexOf('/') > 0 && !name.startsWith("SystemV/");
		if (name.equals(UTC) || (region && ZoneId.getAvailableZoneIds().contains(name))) {
			return ZoneId.of(name);
		}
		throw InvalidRequestException.field("timezone",
				"timezone must be 'UTC' or a name of the IANA database such as 'Europe/Berlin', not an offset or an abbreviation, and is '%s'"
					.formatted(JobRequest.abbreviate(name)));
	}

}
