package org.openjobspec.boot.engine;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.store.Webhooks;

/**
 * What a subscription may be.
 */
final class WebhookRules {

	private static final Pattern EVENT = Pattern.compile("\\*|[a-z][a-z0-9_]*(?:\\.[a-z0-9_]+)*(?:\\.?\\*)?");

	private static final Pattern SECRET = Pattern.compile("[!-~]{16,255}");

	private static final int MAX_EVENT = 255;

	private static final int MAX_ITEMS = 100;

	private static final int MAX_METADATA = 16_384;

	private final WebhookTargets targets;

	private final SecureRandom random = new SecureRandom();

	WebhookRules(WebhookTargets targets) {
		this.targets = targets;
	}

	/**
	 * Checks a secret, or makes one.
	 */
	String secret(@Nullable String secret) {
		if (secret == null) {
			byte[] bytes = new byte[32];
			this.random.nextBytes(bytes);
			return "whsec_" + HexFormat.of().formatHex(bytes);
		}
		if (!SECRET.matcher(secret).matches()) {
			throw InvalidRequestException.field("secret",
					"secret must have from 16 to 255 characters of ASCII, without white space");
		}
		return secret;
	}

	/**
	 * Checks what a subscription is to be.
	 */
	Webhooks.Values check(WebhookDesk.Change change) {
		String url = change.url();
		if (url != null) {
			this.targets.check(url);
		}
		List<String> events = change.events();
		if (events != null) {
			checkEvents(events);
		}
		List<String> queues = change.queues();
		if (queues != null) {
			checkLength("filter.queues", queues);
			queues.forEach((queue) -> JobRequest.checkQueue("filter.queues", queue));
		}
		List<String> jobTypes = change.jobTypes();
		if (jobTypes != null) {
			checkLength("filter.job_types", jobTypes);
			jobTypes.forEach(WebhookRules::checkType);
		}
		String metadata = change.metadata();
		if (metadata != null && metadata.length() > MAX_METADATA) {
			throw InvalidRequestException.field("metadata",
					"metadata must have at most %d characters".formatted(MAX_METADATA));
		}
		return new Webhooks.Values(url, events, queues, jobTypes, change.active(), metadata);
	}

	private static void checkEvents(List<String> events) {
		if (events.isEmpty()) {
			throw InvalidRequestException.field("events", "events must name one type at least; '*' stands for all");
		}
		checkLength("events", events);
		for (String event : events) {
			if (event.length() > MAX_EVENT || !EVENT.matcher(event).matches()) {
				throw InvalidRequestException.field("events",
						"events must be types such as 'job.completed', 'job.*' or '*'");
			}
		}
	}

	private static void checkType(String type) {
		try {
			JobRequest.checkType(type);
		}
		catch (InvalidRequestException ex) {
			throw InvalidRequestException.field("filter.job_types", "filter.job_types: " + ex.getMessage());
		}
	}

	private static void checkLength(String field, List<String> items) {
		if (items.size() > MAX_ITEMS) {
			throw InvalidRequestException.field(field, "%s must have at most %d items".formatted(field, MAX_ITEMS));
		}
	}

}
