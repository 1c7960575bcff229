package org.openjobspec.boot.client;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.RateLimit;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.job.UniquePolicy;

/**
 * A job in the making; {@link OjsTemplate#request(String)} starts one. What is left out
 * is as the handler of the job's type says, and otherwise as Open Job Spec has it by
 * default. Values are checked at the latest by {@link #enqueue()} and
 * {@link #toRequest()}, which throw an
 * {@link org.openjobspec.boot.job.InvalidRequestException} that names the field. Not safe
 * for concurrent use.
 */
public final class OjsRequest implements OjsStep {

	private final JobRequest.Builder builder;

	private final JobJson json;

	private final Function<JobRequest, Job> enqueue;

	private final Map<String, @Nullable Object> meta = new LinkedHashMap<>();

	OjsRequest(String type, JobJson json, Function<JobRequest, Job> enqueue) {
		this.builder = JobRequest.of(type);
		this.json = json;
		this.enqueue = enqueue;
	}

	/**
	 * Sets the arguments.
	 * @param args the values, written by the application's {@code JsonMapper}; a
	 * collection is one argument
	 * @return this request
	 */
	public OjsRequest args(@Nullable Object @Nullable ... args) {
		this.builder.args(this.json.args(args));
		return this;
	}

	/**
	 * Sets the queue.
	 * @param queue the queue's name
	 * @return this request
	 */
	public OjsRequest queue(String queue) {
		this.builder.queue(queue);
		return this;
	}

	/**
	 * Sets the priority.
	 * @param priority −100 to 100, higher first (default 0)
	 * @return this request
	 */
	public OjsRequest priority(int priority) {
		this.builder.priority(priority);
		return this;
	}

	/**
	 * Sets the least time until the first attempt, by the database's clock.
	 * @param delay the delay
	 * @return this request
	 */
	public OjsRequest delay(Duration delay) {
		this.builder.delay(delay);
		return this;
	}

	/**
	 * Sets the earliest time of the first attempt.
	 * @param time the time; one in the past means now
	 * @return this request
	 */
	public OjsRequest at(Instant time) {
		this.builder.scheduledAt(time);
		return this;
	}

	/**
	 * Sets the time after which no attempt may start.
	 * @param time the time
	 * @return this request
	 */
	public OjsRequest expiresAt(Instant time) {
		this.builder.expiresAt(time);
		return this;
	}

	/**
	 * Sets the time from now after which no attempt may start, by the database's clock.
	 * @param time the duration
	 * @return this request
	 */
	public OjsRequest expiresIn(Duration time) {
		this.builder.timeToLive(time);
		return this;
	}

	/**
	 * Sets how long one attempt may run.
	 * @param timeout the duration (default 30 minutes)
	 * @return this request
	 */
	public OjsRequest timeout(Duration timeout) {
		this.builder.timeout(timeout);
		return this;
	}

	/**
	 * Sets how long the job stays with a remote worker that is silent; handlers in this
	 * application are not concerned.
	 * @param timeout the duration (default 30 minutes)
	 * @return this request
	 */
	public OjsRequest visibilityTimeout(Duration timeout) {
		this.builder.visibilityTimeout(timeout);
		return this;
	}

	/**
	 * Changes the retry policy.
	 * @param change what differs from the default of the job's type, for example
	 * {@code policy -> policy.withMaxAttempts(5)}
	 * @return this request
	 */
	public OjsRequest retry(UnaryOperator<RetryPolicy> change) {
		this.builder.retry(change);
		return this;
	}

	/**
	 * Sets when an existing job makes this one superfluous.
	 * @param policy the policy
	 * @return this request
	 */
	public OjsRequest unique(UniquePolicy policy) {
		this.builder.unique(policy);
		return this;
	}

	/**
	 * Adds to the metadata.
	 * @param key the member's name
	 * @param value its value, written by the application's {@code JsonMapper}
	 * @return this request
	 */
	public OjsRequest meta(String key, @Nullable Object value) {
		this.meta.put(key, value);
		this.builder.meta(this.json.meta(this.meta));
		return this;
	}

	/**
	 * Sets labels for people.
	 * @param tags the labels
	 * @return this request
	 */
	public OjsRequest tags(String... tags) {
		this.builder.tags(List.of(tags));
		return this;
	}

	/**
	 * Makes the job wait until {@link OjsTemplate#activate(UUID)}.
	 * @return this request
	 */
	public OjsRequest pending() {
		this.builder.pending(true);
		return this;
	}

	/**
	 * Chooses the id, so that enqueueing the same again does nothing.
	 * @param id a UUIDv7
	 * @return this request
	 */
	public OjsRequest id(UUID id) {
		this.builder.id(id);
		return this;
	}

	/**
	 * Sets the URI of the arguments' schema.
	 * @param uri the URI
	 * @return this request
	 */
	public OjsRequest schema(String uri) {
		this.builder.schema(uri);
		return this;
	}

	/**
	 * Makes a request of it, for {@link OjsTemplate#enqueueAll}.
	 * @return the checked request
	 */
	public JobRequest toRequest() {
		return this.builder.build();
	}

	/**
	 * Limits how many jobs of a key run at once or start within a time, on all nodes.
	 * What exceeds it waits and lets others pass.
	 * @param limit for example {@code RateLimit.concurrency("stripe-api", 5)}
	 * @return this request
	 */
	public OjsRequest rateLimit(RateLimit limit) {
		this.builder.rateLimit(limit);
		return this;
	}

	/**
	 * Makes a step of a workflow of it.
	 * @return the checked step
	 */
	@Override
	public Composition toComposition() {
		return new Composition.Single(toRequest());
	}

	/**
	 * Stores the job in the caller's transaction, or in one of its own.
	 * @return the stored job, or the existing one that answers for it
	 */
	public Job enqueue() {
		return this.enqueue.apply(toRequest());
	}

}
