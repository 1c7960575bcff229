package org.openjobspec.boot.job;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The duration of {@code @every}, written as in Go (ojs-cron 4.1).
 */
final class CronInterval {

	private static final Pattern PART = Pattern.compile("(\\d{1,9})(ms|s|m|h)");

	private CronInterval() {
	}

	static Duration parse(String expression, String text) {
		Duration sum = Duration.ZERO;
		Matcher part = PART.matcher(text);
		int end = 0;
		while (end < text.length() && part.find(end) && part.start() == end) {
			long amount = Long.parseLong(part.group(1));
			sum = sum.plus(switch (part.group(2)) {
				case "ms" -> Duration.ofMillis(amount);
				case "s" -> Duration.ofSeconds(amount);
				case "m" -> Duration.ofMinutes(amount);
				default -> Duration.ofHours(amount);
			});
			end = part.end();
		}
		if (text.isEmpty() || end < text.length()) {
			throw CronExpression.invalid(expression,
					"after @every a duration such as 30m, 1h30m or 45s is needed, and not '%s'".formatted(text));
		}
		if (sum.compareTo(Duration.ofSeconds(1)) < 0 || sum.compareTo(Durations.MAX) > 0) {
			throw CronExpression.invalid(expression,
					"the interval must be from one second to %s".formatted(Durations.MAX));
		}
		return sum;
	}

}
