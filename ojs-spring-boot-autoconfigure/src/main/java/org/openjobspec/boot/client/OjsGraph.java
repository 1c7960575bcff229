package org.openjobspec.boot.client;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.Workflow;

/**
 * A workflow in the making whose jobs name those that they depend on;
 * {@link OjsTemplate#graph()} starts one. A job runs when all that it depends on has
 * succeeded, and is cancelled when one of these has not; it gets their results by their
 * ids. Not safe for concurrent use.
 */
public final class OjsGraph {

	private final BiFunction<@Nullable String, Composition, Workflow> start;

	private final List<Composition.Node> nodes = new ArrayList<>();

	private @Nullable String name;

	OjsGraph(BiFunction<@Nullable String, Composition, Workflow> start) {
		this.start = start;
	}

	/**
	 * Sets a name for people.
	 * @param text at most 255 characters
	 * @return this workflow
	 */
	public OjsGraph name(String text) {
		this.name = text;
		return this;
	}

	/**
	 * Adds a job.
	 * @param id its name within the workflow
	 * @param job the job
	 * @param dependsOn the ids of the jobs that must succeed first, in any order of
	 * adding
	 * @return this workflow
	 */
	public OjsGraph step(String id, OjsRequest job, String... dependsOn) {
		this.nodes.add(new Composition.Node(id, job.toRequest(), List.of(dependsOn)));
		return this;
	}

	/**
	 * Stores the workflow in the caller's transaction, or in one of its own; it starts
	 * when that commits.
	 * @return the stored workflow
	 * @throws org.openjobspec.boot.job.InvalidRequestException if jobs wait for each
	 * other in a circle, or for one that is not there
	 */
	public Workflow start() {
		return this.start.apply(this.name, new Composition.Graph(this.nodes));
	}

}
