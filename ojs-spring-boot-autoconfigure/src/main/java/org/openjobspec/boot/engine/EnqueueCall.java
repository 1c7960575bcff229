package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Composition;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;

/**
 * Something that stores jobs, on its way: what was asked for, what the jobs are to carry
 * of the trace, and what has come of it. Belongs to one thread.
 */
public final class EnqueueCall {

	/** Stands for the queues, or types, of jobs that differ in it. */
	public static final String SEVERAL = "several";

	private final List<JobRequest> requests;

	private final Function<JobRequest, String> queues;

	private final @Nullable UUID workflowId;

	private final Map<String, String> fields = new LinkedHashMap<>(4);

	private boolean propagated;

	private List<Job> jobs = List.of();

	private int created;

	private @Nullable String queue;

	private @Nullable String type;

	private EnqueueCall(List<JobRequest> requests, Function<JobRequest, String> queues, @Nullable UUID workflowId) {
		this.requests = requests;
		this.queues = queues;
		this.workflowId = workflowId;
	}

	static EnqueueCall of(List<JobRequest> requests, Function<JobRequest, String> queues) {
		return new EnqueueCall(requests, queues, null);
	}

	static EnqueueCall of(UUID workflow, Composition composition, Function<JobRequest, String> queues) {
		List<JobRequest> requests = new ArrayList<>();
		collect(composition, requests);
		return new EnqueueCall(requests, queues, workflow);
	}

	private static void collect(@Nullable Composition composition, List<JobRequest> requests) {
		if (composition instanceof Composition.Single single) {
			requests.add(single.job());
		}
		else if (composition instanceof Composition.Chain chain) {
			chain.steps().forEach((step) -> collect(step, requests));
		}
		else if (composition instanceof Composition.Group group) {
			group.jobs().forEach((job) -> collect(job, requests));
		}
		else if (composition instanceof Composition.Batch batch) {
			batch.jobs().forEach((job) -> collect(job, requests));
		}
		else if (composition instanceof Composition.Graph graph) {
			graph.nodes().forEach((node) -> requests.add(node.job()));
		}
	}

	/**
	 * What was asked for.
	 * @return the jobs in their order, without the callbacks of a batch
	 */
	public List<JobRequest> requests() {
		return List.copyOf(this.requests);
	}

	/**
	 * How many jobs were asked for.
	 * @return their number, without the callbacks of a batch
	 */
	public int size() {
		return this.requests.size();
	}

	/**
	 * The queue of the jobs.
	 * @return its name, or {@value #SEVERAL}
	 */
	public String queue() {
		String known = this.queue;
		if (known == null) {
			known = this.jobs.isEmpty() ? common(this.requests, this.queues) : common(this.jobs, Job::queue);
			this.queue = known;
		}
		return known;
	}

	/**
	 * The type of the jobs.
	 * @return the type, or {@value #SEVERAL}
	 */
	public String type() {
		String known = this.type;
		if (known == null) {
			known = common(this.requests, JobRequest::type);
			this.type = known;
		}
		return known;
	}

	private static <T> String common(List<T> all, Function<T, String> property) {
		String first = property.apply(all.get(0));
		for (T each : all) {
			if (!first.equals(property.apply(each))) {
				return SEVERAL;
			}
		}
		return first;
	}

	/**
	 * The workflow that the jobs are steps of.
	 * @return its id, or {@code null}
	 */
	public @Nullable UUID workflowId() {
		return this.workflowId;
	}

	/**
	 * What has come of it.
	 * @return the jobs that were stored, and those that existed and answer for one; none
	 * before that, nor of a workflow
	 */
	public List<Job> jobs() {
		return this.jobs;
	}

	/**
	 * How many jobs are new.
	 * @return how many of {@link #jobs()} have not existed before
	 */
	public int created() {
		return this.created;
	}

	/**
	 * Has the jobs carry something of the trace in their metadata, unless those say it
	 * themselves. To be called before the jobs are stored.
	 * @param name the name of the member; what is not of the W3C is left out
	 * @param value its value
	 */
	public void propagate(String name, String value) {
		this.propagated = true;
		if (TraceMeta.NAMES.contains(name)) {
			this.fields.put(name, value);
		}
	}

	/**
	 * Whether the jobs were to carry a trace, and the W3C's name for it is missing.
	 * @return whether {@link #propagate} was told of something, but not of that
	 */
	public boolean lacksTrace() {
		return this.propagated && !this.fields.containsKey(TraceMeta.TRACEPARENT);
	}

	List<JobRequest> traced() {
		return this.fields.isEmpty() ? this.requests
				: this.requests.stream().map((request) -> TraceMeta.add(request, this.fields)).toList();
	}

	JobRequest traced(JobRequest step) {
		return this.fields.isEmpty() ? step : TraceMeta.addToStep(step, this.fields);
	}

	void stored(List<Enqueued> enqueued) {
		this.jobs = enqueued.stream().map(Enqueued::job).toList();
		this.queue = null;
		this.created = (int) enqueued.stream().filter(Enqueued::created).count();
	}

}
