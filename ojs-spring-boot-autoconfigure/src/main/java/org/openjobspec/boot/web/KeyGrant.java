package org.openjobspec.boot.web;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobFilter;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.UniquePolicy;

/**
 * What a request may name that has come with a key.
 */
final class KeyGrant implements Grant {

	private final ApiKey key;

	private final Function<JobRequest, String> queueOf;

	KeyGrant(ApiKey key, Function<JobRequest, String> queueOf) {
		this.key = key;
		this.queueOf = queueOf;
	}

	void require(ApiRole role) {
		if (!this.key.roles().contains(role)) {
			String name = role.name().toLowerCase(Locale.ROOT);
			throw refused("may not be used for this: it lacks the role '%s'".formatted(name),
					"Add '%s' to 'ojs.http.api-keys.%s.roles', or use another key.".formatted(name, this.key.name()));
		}
	}

	@Override
	public boolean limited() {
		return !(this.key.queues().isEmpty() && this.key.types().isEmpty());
	}

	@Override
	public void requireAll() {
		if (limited()) {
			throw refused("is limited to some %s, and this concerns others as well".formatted(limits()),
					"Use a key that has no such limit.");
		}
	}

	private String limits() {
		if (this.key.types().isEmpty()) {
			return "queues";
		}
		return this.key.queues().isEmpty() ? "job types" : "queues and job types";
	}

	@Override
	public void requireQueue(String queue) {
		if (!NamePattern.allows(this.key.queues(), queue)) {
			throw refused("may not be used for the queue '%s'".formatted(Text.brief(queue)),
					"Add it to 'ojs.http.api-keys.%s.queues', or use another key.".formatted(this.key.name()));
		}
	}

	@Override
	public void requireWholeQueue(String queue) {
		requireQueue(queue);
		if (!this.key.types().isEmpty()) {
			requireAll();
		}
	}

	@Override
	public void requireType(String type) {
		if (!NamePattern.allows(this.key.types(), type)) {
			throw refused("may not be used for the job type '%s'".formatted(Text.brief(type)),
					"Add it to 'ojs.http.api-keys.%s.types', or use another key.".formatted(this.key.name()));
		}
	}

	@Override
	public void requireStored(String queue, String type) {
		if (!shows(queue, type)) {
			throw refused("is limited to some %s, and this concerns a job of another one".formatted(limits()),
					"Use a key that has no such limit.");
		}
	}

	@Override
	public void requireStored(JobRequest job) {
		if (limited()) {
			requireStored(this.queueOf.apply(job), job.type());
		}
	}

	@Override
	public void require(JobRequest job) {
		if (!limited()) {
			return;
		}
		String queue = this.queueOf.apply(job);
		requireQueue(queue);
		requireType(job.type());
		requireOwn(job.rateLimit(), queue);
		UniquePolicy unique = job.unique();
		// It would be answered with a job of another queue, or would take its place.
		if (unique != null && !this.key.queues().isEmpty()
				&& !unique.dimensions().contains(UniquePolicy.Dimension.QUEUE)) {
			throw refused("is limited to some queues, and a job that is unique over all queues concerns others as well",
					"Add 'queue' to what the job is unique by, or use a key that has no such limit.");
		}
	}

	// Its key holds, with these values, for jobs of other queues and types as well.
	private void requireOwn(@Nullable RateLimit limit, String queue) {
		if (limit == null) {
			return;
		}
		boolean own = limit.key().equals(RateLimit.OWN_QUEUE) || limit.key().equals(RateLimit.OWN_QUEUE + queue);
		if (!own || !this.key.types().isEmpty()) {
			throw refused(
					"is limited to some %s, and the limit '%s' concerns others as well".formatted(limits(),
							Text.brief(limit.key())),
					"Leave 'rate_limit' out and have an operator limit the queue, or use a key that has no such limit.");
		}
	}

	@Override
	public void requireFilter(Collection<String> queues, Collection<String> types) {
		if (queues.isEmpty() && !this.key.queues().isEmpty()) {
			throw refused("is limited to some queues, and the request concerns all of them", "Name a queue.");
		}
		if (types.isEmpty() && !this.key.types().isEmpty()) {
			throw refused("is limited to some job types, and the request concerns all of them", "Name a job type.");
		}
		queues.forEach(this::requireQueue);
		types.forEach(this::requireType);
	}

	@Override
	public JobFilter narrow(JobFilter filter) {
		requireFilter(named(filter.queue()), named(filter.type()));
		return filter;
	}

	private static List<String> named(@Nullable String name) {
		return (name != null) ? List.of(name) : List.of();
	}

	@Override
	public boolean shows(String queue, String type) {
		return shows(queue) && NamePattern.allows(this.key.types(), type);
	}

	@Override
	public boolean shows(String queue) {
		return NamePattern.allows(this.key.queues(), queue);
	}

	@Override
	public @Nullable Set<String> types() {
		return this.key.types().isEmpty() ? null : Set.copyOf(this.key.types());
	}

	private InvalidRequestException refused(String what, String hint) {
		return InvalidRequestException.protocol("permission_denied", 403,
				"The API key '%s' %s".formatted(this.key.name(), what), hint);
	}

}
