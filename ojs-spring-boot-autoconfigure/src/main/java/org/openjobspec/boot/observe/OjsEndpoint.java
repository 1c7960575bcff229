package org.openjobspec.boot.observe;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.QueueDepth;
import org.openjobspec.boot.engine.QueueOverview;
import org.openjobspec.boot.engine.WorkerInfo;
import org.openjobspec.boot.engine.WorkerList;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.NotFoundException;

import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;

/**
 * Actuator endpoint {@code ojs}: shows queues, handlers, workers and periodic jobs,
 * pauses and resumes queues, and retries jobs of the dead letter. It tells no arguments,
 * no results and nothing else that producers or workers say of themselves.
 */
@Endpoint(id = "ojs")
public final class OjsEndpoint {

	private static final int MAX_WORKERS = 1000;

	private final JobEngine engine;

	private final Supplier<List<Handler>> handlers;

	/**
	 * Creates an endpoint.
	 * @param engine what is shown and changed
	 * @param handlers the handlers of this application, by type
	 */
	public OjsEndpoint(JobEngine engine, Supplier<List<Handler>> handlers) {
		this.engine = engine;
		this.handlers = handlers;
	}

	/**
	 * Shows everything.
	 * @return the queues of the database with what they hold that has not ended, the
	 * handlers of this node, the first thousand workers and the periodic jobs
	 */
	@ReadOperation
	public Overview overview() {
		return new Overview(queues(), this.handlers.get(), workers(), cron());
	}

	/**
	 * Shows a part of everything.
	 * @param section {@code queues}, {@code handlers}, {@code workers} or {@code cron}
	 * @return the part; {@code null} if there is none of that name
	 */
	@ReadOperation
	public @Nullable Object section(@Selector String section) {
		return switch (section) {
			case "queues" -> Map.of("queues", queues());
			case "handlers" -> Map.of("handlers", this.handlers.get());
			case "workers" -> workers();
			case "cron" -> Map.of("cron", cron());
			default -> null;
		};
	}

	/**
	 * Shows one queue, handler, worker or periodic job.
	 * @param section where it is, as for {@link #section}
	 * @param name the queue's or periodic job's name, the handler's type, the worker's id
	 * @return a queue with its ended jobs, too; {@code null} if there is nothing of that
	 * name
	 */
	@ReadOperation
	public @Nullable Object entry(@Selector String section, @Selector String name) {
		return switch (section) {
			case "queues" -> queue(name).orElse(null);
			case "handlers" ->
				this.handlers.get().stream().filter((handler) -> handler.type().equals(name)).findFirst().orElse(null);
			case "workers" -> worker(name).orElse(null);
			case "cron" -> this.engine.findCron(name).map(Cron::of).orElse(null);
			default -> null;
		};
	}

	/**
	 * Pauses or resumes a queue, or retries a job of the dead letter.
	 * @param section {@code queues} or {@code dead-letter}
	 * @param name the queue's name, which need not be in use yet, or the job's id
	 * @param action {@code pause} or {@code resume} for a queue, {@code retry} for a job
	 * @return the queue or the job as it is now; {@code null} if there is no such action
	 * @throws NotFoundException if the job is not in the dead letter
	 * @throws org.openjobspec.boot.job.InvalidRequestException if no queue can have that
	 * name
	 */
	@WriteOperation
	public @Nullable Object change(@Selector String section, @Selector String name, @Selector String action) {
		return switch (section + " " + action) {
			case "queues pause" -> pause(name, true);
			case "queues resume" -> pause(name, false);
			case "dead-letter retry" -> Retried.of(this.engine.retryDeadLetter(id(name)));
			default -> null;
		};
	}

	private List<Queue> queues() {
		return this.engine.admin().depths().stream().map(Queue::of).toList();
	}

	private Optional<Queue> queue(String name) {
		try {
			return Optional.of(Queue.of(this.engine.admin().queue(name)));
		}
		catch (NotFoundException ex) {
			return Optional.empty();
		}
	}

	private Queue pause(String name, boolean paused) {
		return new Queue(name, this.engine.pause(name, paused).paused(), null, null);
	}

	private Workers workers() {
		WorkerList list = this.engine.workers().list(MAX_WORKERS, 0);
		return new Workers(list.workers().stream().map(Worker::of).toList(), list.total(), list.running(), list.quiet(),
				list.stale());
	}

	private Optional<Worker> worker(String id) {
		try {
			return Optional.of(Worker.of(this.engine.workers().read(id)));
		}
		catch (NotFoundException ex) {
			return Optional.empty();
		}
	}

	private List<Cron> cron() {
		return this.engine.crons(null).stream().map(Cron::of).toList();
	}

	private static UUID id(String text) {
		try {
			return UUID.fromString(text);
		}
		catch (IllegalArgumentException ex) {
			throw new NotFoundException("dead-letter job", text);
		}
	}

	/**
	 * Everything.
	 *
	 * @param queues the queues by name
	 * @param handlers the handlers of this node by type
	 * @param workers the workers
	 * @param cron the periodic jobs by name
	 */
	public record Overview(List<Queue> queues, List<Handler> handlers, Workers workers, List<Cron> cron) {
	}

	/**
	 * A queue.
	 *
	 * @param name its name
	 * @param paused whether deliveries are stopped
	 * @param jobs how many jobs it has in each state; {@code null} where that was not
	 * asked
	 * @param oldestDue for how long the job that is due for longest has been due;
	 * {@code null} if none is due, or that was not asked
	 */
	public record Queue(String name, boolean paused, @Nullable Map<String, Long> jobs, @Nullable Duration oldestDue) {

		static Queue of(QueueDepth queue) {
			return new Queue(queue.queue(), queue.paused(), byName(queue.jobs()), queue.oldestDue());
		}

		static Queue of(QueueOverview queue) {
			return new Queue(queue.queue().name(), queue.queue().paused(), byName(queue.jobs()), null);
		}

		private static Map<String, Long> byName(Map<JobState, Long> jobs) {
			Map<String, Long> byName = new TreeMap<>();
			jobs.forEach((state, number) -> byName.put(state.wireName(), number));
			return byName;
		}

	}

	/**
	 * A handler.
	 *
	 * @param type the type of its jobs
	 * @param method the method
	 * @param queue the queue of jobs that name none
	 * @param timeout how long an attempt may run; {@code null} for the default
	 * @param maxAttempts how many attempts a job has that says nothing else
	 */
	public record Handler(String type, String method, String queue, @Nullable Duration timeout, int maxAttempts) {
	}

	/**
	 * Workers, the first thousand of them, and how many there are.
	 *
	 * @param workers the workers by id
	 * @param total how many there are in all
	 * @param running how many of all fetch and work
	 * @param quiet how many of all fetch nothing more
	 * @param stale how many of all have been silent for too long
	 */
	public record Workers(List<Worker> workers, long total, long running, long quiet, long stale) {
	}

	/**
	 * A worker.
	 *
	 * @param id its id
	 * @param state what it does, or was told to do
	 * @param remote whether it is none of an application of this kind
	 * @param startedAt when it was first heard of
	 * @param heartbeatAt when it was last heard of
	 * @param activeJobs how many jobs it holds
	 */
	public record Worker(String id, String state, boolean remote, Instant startedAt, Instant heartbeatAt,
			long activeJobs) {

		static Worker of(WorkerInfo worker) {
			return new Worker(worker.id(), worker.state().wireName(), !worker.embedded(), worker.startedAt(),
					worker.heartbeatAt(), worker.activeJobs());
		}

	}

	/**
	 * A periodic job.
	 *
	 * @param name its name
	 * @param expression when it is due
	 * @param timezone the time zone in which the expression is meant
	 * @param overlap what happens when it is due and the last run has not ended
	 * @param enabled whether it fires
	 * @param type the type of its jobs
	 * @param queue their queue
	 * @param nextRunAt when it is due next; {@code null} while it is disabled
	 * @param lastRunAt when a run has enqueued a job last; {@code null} if none has
	 * @param runCount how many runs have enqueued a job
	 */
	public record Cron(String name, String expression, String timezone, String overlap, boolean enabled, String type,
			@Nullable String queue, @Nullable Instant nextRunAt, @Nullable Instant lastRunAt, long runCount) {

		static Cron of(CronJob cron) {
			return new Cron(cron.name(), cron.schedule().toString(), cron.timezone().getId(), cron.overlap().wireName(),
					cron.enabled(), cron.job().type(), cron.job().queue(), cron.nextRunAt(), cron.lastRunAt(),
					cron.runCount());
		}

	}

	/**
	 * A job that was retried.
	 *
	 * @param id the job
	 * @param type its type
	 * @param queue its queue
	 * @param state its state
	 */
	public record Retried(UUID id, String type, String queue, String state) {

		static Retried of(Job job) {
			return new Retried(job.id(), job.type(), job.queue(), job.state().wireName());
		}

	}

}
