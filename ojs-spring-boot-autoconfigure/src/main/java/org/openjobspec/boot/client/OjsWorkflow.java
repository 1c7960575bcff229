package org.openjobspec.boot.client;

import java.util.List;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.Workflow;

/**
 * A workflow in the making (ojs-workflows); {@link OjsTemplate#chain(OjsStep...)} and
 * {@link OjsTemplate#group(OjsStep...)} start one. A group with a callback is a batch.
 * May stand within another chain or group, where its name does not count. Not safe for
 * concurrent use.
 */
public final class OjsWorkflow implements OjsStep {

	private final BiFunction<@Nullable String, Composition, Workflow> start;

	private final List<OjsStep> parts;

	private final boolean group;

	private @Nullable String name;

	private @Nullable JobRequest onComplete;

	private @Nullable JobRequest onSuccess;

	private @Nullable JobRequest onFailure;

	private OjsWorkflow(BiFunction<@Nullable String, Composition, Workflow> start, List<OjsStep> parts, boolean group) {
		this.start = start;
		this.parts = parts;
		this.group = group;
	}

	static OjsWorkflow chain(BiFunction<@Nullable String, Composition, Workflow> start, OjsStep... steps) {
		return new OjsWorkflow(start, List.of(steps), false);
	}

	static OjsWorkflow group(BiFunction<@Nullable String, Composition, Workflow> start, OjsStep... jobs) {
		return new OjsWorkflow(start, List.of(jobs), true);
	}

	private Composition groupOrBatch(List<Composition> jobs) {
		return (this.onComplete != null || this.onSuccess != null || this.onFailure != null)
				? new Composition.Batch(jobs, this.onComplete, this.onSuccess, this.onFailure)
				: new Composition.Group(jobs);
	}

	/**
	 * Sets a name for people.
	 * @param text at most 255 characters
	 * @return this workflow
	 */
	public OjsWorkflow name(String text) {
		this.name = text;
		return this;
	}

	/**
	 * Adds a callback of a group that runs when all its jobs have ended.
	 * @param callback the job; it gets the results of all jobs of the group
	 * @return this workflow
	 * @throws IllegalStateException if this is not a group
	 */
	public OjsWorkflow onComplete(OjsRequest callback) {
		this.onComplete = callback(callback);
		return this;
	}

	/**
	 * Adds a callback of a group that runs when all its jobs have succeeded.
	 * @param callback the job; it gets the results of all jobs of the group
	 * @return this workflow
	 * @throws IllegalStateException if this is not a group
	 */
	public OjsWorkflow onSuccess(OjsRequest callback) {
		this.onSuccess = callback(callback);
		return this;
	}

	/**
	 * Adds a callback of a group that runs when all its jobs have ended and one of them
	 * did not succeed.
	 * @param callback the job; it gets the results of all jobs of the group
	 * @return this workflow
	 * @throws IllegalStateException if this is not a group
	 */
	public OjsWorkflow onFailure(OjsRequest callback) {
		this.onFailure = callback(callback);
		return this;
	}

	private JobRequest callback(OjsRequest callback) {
		if (!this.group) {
			throw new IllegalStateException("Only a group has callbacks; put the chain into a group of its own");
		}
		return callback.toRequest();
	}

	@Override
	public Composition toComposition() {
		List<Composition> all = this.parts.stream().map(OjsStep::toComposition).toList();
		return this.group ? groupOrBatch(all) : new Composition.Chain(all);
	}

	/**
	 * Stores the workflow in the caller's transaction, or in one of its own; it starts
	 * when that commits.
	 * @return the stored workflow
	 * @throws org.openjobspec.boot.job.InvalidRequestException if it breaks a rule
	 */
	public Workflow start() {
		return this.start.apply(this.name, toComposition());
	}

}
