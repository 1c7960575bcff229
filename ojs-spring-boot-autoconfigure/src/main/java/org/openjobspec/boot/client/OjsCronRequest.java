package org.openjobspec.boot.client;

import java.time.ZoneId;
import java.util.function.Consumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.CronExpression;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.CronRequest;

/**
 * A periodic job in the making; {@link OjsTemplate#cron(String, String, String)} starts
 * one. Values are checked at the latest by {@link #register()} and {@link #toRequest()},
 * which throw an {@link org.openjobspec.boot.job.InvalidRequestException} that names the
 * field. Not safe for concurrent use.
 */
public final class OjsCronRequest {

	private final String name;

	private final CronExpression schedule;

	private final OjsRequest job;

	private final Function<CronRequest, CronJob> register;

	private ZoneId timezone = CronRequest.zone("UTC");

	private CronOverlap overlap = CronOverlap.SKIP;

	private @Nullable Boolean enabled;

	private @Nullable String description;

	OjsCronRequest(String name, String expression, OjsRequest job, Function<CronRequest, CronJob> register) {
		this.name = name;
		this.schedule = CronExpression.parse(expression);
		this.job = job;
		this.register = register;
	}

	/**
	 * Sets the arguments of each job.
	 * @param args the values, written by the application's {@code JsonMapper}; a
	 * collection is one argument
	 * @return this request
	 */
	public OjsCronRequest args(@Nullable Object @Nullable ... args) {
		this.job.args(args);
		return this;
	}

	/**
	 * Sets what else each job has: its queue, its priority, its retry policy and so on.
	 * An id and fixed times it cannot have; a delay and an expiry count from each run.
	 * @param change changes the job, for example {@code (job) -> job.queue("reports")}
	 * @return this request
	 */
	public OjsCronRequest job(Consumer<OjsRequest> change) {
		change.accept(this.job);
		return this;
	}

	/**
	 * Sets the time zone in which the expression is meant.
	 * @param zone a name of the IANA database such as {@code Europe/Berlin} (by default
	 * {@code UTC}); not an offset or an abbreviation
	 * @return this request
	 */
	public OjsCronRequest timezone(String zone) {
		this.timezone = CronRequest.zone(zone);
		return this;
	}

	/**
	 * Sets what happens when the job is due and that of the last run has not ended.
	 * @param policy the policy (by default {@link CronOverlap#SKIP})
	 * @return this request
	 */
	public OjsCronRequest overlap(CronOverlap policy) {
		this.overlap = policy;
		return this;
	}

	/**
	 * Sets whether it fires.
	 * @param value whether it does; when this is not called, a known one stays as it is
	 * and a new one is enabled
	 * @return this request
	 */
	public OjsCronRequest enabled(boolean value) {
		this.enabled = value;
		return this;
	}

	/**
	 * Says what it is for.
	 * @param text a sentence for people
	 * @return this request
	 */
	public OjsCronRequest description(String text) {
		this.description = text;
		return this;
	}

	/**
	 * Makes a request of it.
	 * @return the checked request
	 */
	public CronRequest toRequest() {
		return new CronRequest(this.name, this.schedule, this.timezone, this.overlap, this.enabled, this.description,
				this.job.toRequest());
	}

	/**
	 * Registers the periodic job in the caller's transaction, or in one of its own. One
	 * of the same name is changed: it goes on with its schedule if that is the same.
	 * @return the periodic job as it is now
	 */
	public CronJob register() {
		return this.register.apply(toRequest());
	}

}
