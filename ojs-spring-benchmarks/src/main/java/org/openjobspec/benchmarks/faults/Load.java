package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

import org.openjobspec.benchmarks.faults.NodeEndpoints.NewJob;
import org.openjobspec.benchmarks.faults.Promise.Way;
import tools.jackson.databind.JsonNode;

/**
 * Producers and remote workers. What is enqueued follows from the seed; when a producer
 * is not answered in time it asks another node for the same job.
 */
final class Load implements AutoCloseable {

	private static final String JOBS = "/ojs/v1/jobs";

	private static final int IN_FLIGHT = 64;

	private static final int BATCH = 5;

	private static final double ORDERED_PER_SECOND = 8;

	/** Workflows, as a share of the rate; each has about five jobs. */
	private static final double WORKFLOWS = 0.015;

	/**
	 * Unique jobs that are asked for, as a share of the rate; about a third is stored.
	 */
	private static final double UNIQUE = 0.08;

	/** What is left of the rate for jobs that have nothing to do with each other. */
	private static final double SINGLE = 0.88;

	/** How long an enqueue is repeated. */
	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private final Cluster cluster;

	private final Ledger ledger;

	private final Random random;

	private final double rate;

	private final AtomicBoolean producing = new AtomicBoolean(true);

	private final ExecutorService threads = Executors.newCachedThreadPool(this::thread);

	private final InFlight inFlight = new InFlight(this.threads, IN_FLIGHT);

	private final List<RemoteWorker> workers = new ArrayList<>();

	private final OrderedConsumer consumer;

	private final PeriodicJobs periodicJobs;

	private final WorkflowProducer workflows;

	private final UniqueProducer unique;

	Load(Cluster cluster, Ledger ledger) {
		this.cluster = cluster;
		this.ledger = ledger;
		this.random = new Random(cluster.settings().seed());
		double rate = cluster.settings().rate();
		this.rate = Math.max(1, rate * SINGLE - ORDERED_PER_SECOND);
		this.consumer = new OrderedConsumer(cluster);
		this.periodicJobs = new PeriodicJobs(cluster);
		this.workflows = new WorkflowProducer(cluster, ledger, rate * WORKFLOWS, this.threads, this.producing::get);
		this.unique = new UniqueProducer(cluster, ledger, rate * UNIQUE, this.threads, this.producing::get);
	}

	private Thread thread(Runnable work) {
		Thread thread = new Thread(work, "load");
		thread.setDaemon(true);
		thread.setUncaughtExceptionHandler((dead, ex) -> died(ex));
		return thread;
	}

	void start() {
		this.periodicJobs.start();
		this.threads.execute(this::pace);
		this.threads.execute(this.workflows);
		this.threads.execute(this.unique);
		this.threads.execute(this::enqueueInOrder);
		this.threads.execute(this.consumer);
		for (int i = 1; i <= 3; i++) {
			RemoteWorker worker = new RemoteWorker(this.cluster, "remote-" + i);
			this.workers.add(worker);
			this.threads.execute(worker);
		}
		for (int i = 1; i <= 2; i++) {
			this.threads.execute(new SleepyWorker(this.cluster, "sleepy-" + i));
		}
	}

	// The end of the load interrupts whoever waits; anything else is a fault of the
	// harness.
	private void died(Throwable thrown) {
		if (!(thrown.getCause() instanceof InterruptedException)) {
			this.ledger.failed(thrown);
		}
	}

	Deliveries deliveries() {
		return this.consumer.deliveries();
	}

	PeriodicJobs periodicJobs() {
		return this.periodicJobs;
	}

	WorkflowProducer workflows() {
		return this.workflows;
	}

	UniqueProducer unique() {
		return this.unique;
	}

	// One thread makes all choices, so that they follow from the seed alone.
	private void pace() {
		long next = System.nanoTime();
		while (this.producing.get()) {
			int size = send();
			next += (long) (size / this.rate * 1e9);
			long wait = next - System.nanoTime();
			if (wait > 0) {
				Pause.of(Duration.ofNanos(wait));
			}
			else if (wait < -1_000_000_000L) {
				// What could not be sent during a fault is not made up for.
				next = System.nanoTime();
			}
		}
	}

	private int send() {
		int choice = this.random.nextInt(100);
		Way way = (choice < 70) ? Way.HTTP : (choice < 92) ? Way.TRANSACTION : Way.ROLLED_BACK;
		int size = (choice < 50) ? 1 : (choice < 70) ? BATCH : 1 + this.random.nextInt(2);
		List<Choice> choices = IntStream.range(0, size).mapToObj((i) -> choose()).toList();
		this.inFlight.start(() -> {
			if (way == Way.HTTP) {
				enqueue(asked(choices, way));
			}
			else {
				enqueueInTransaction(asked(choices, way), way == Way.ROLLED_BACK);
			}
		});
		return size;
	}

	private Choice choose() {
		int choice = this.random.nextInt(1000);
		Kind kind = (choice < 330) ? Kind.PLAIN
				: (choice < 500) ? Kind.SLOW
						: (choice < 520) ? Kind.LONG
								: (choice < 640) ? Kind.FLAKY : (choice < 800) ? Kind.EFFECT : (choice < 850)
										? Kind.EFFECT_REFUSED
										: (choice < 870) ? Kind.DOOMED : (choice < 995) ? Kind.REMOTE : Kind.SLEEPY;
		List<Object> args = switch (kind) {
			case SLOW -> List.of(this.random.nextInt(300));
			case LONG -> List.of(2000 + this.random.nextInt(2000));
			case FLAKY -> List.of(1 + this.random.nextInt(2));
			case EFFECT -> List.of(this.random.nextInt(50));
			case REMOTE -> List.of(this.random.nextInt(40), this.random.nextInt(10) == 0);
			default -> List.of();
		};
		long delay = (this.random.nextInt(10) == 0) ? 200 + this.random.nextInt(3000) : 0;
		return new Choice(kind, args, delay);
	}

	private List<NewJob> asked(List<Choice> choices, Way way) {
		List<NewJob> jobs = new ArrayList<>();
		for (Choice choice : choices) {
			jobs.add(asked(choice, 0, 0, way));
		}
		return jobs;
	}

	private NewJob asked(Choice choice, int priority, long number, Way way) {
		UUID id = Ids.next();
		this.ledger.asked(new Promise(id, choice.kind(), priority, number, way, Instant.now(), null));
		return new NewJob(id, choice.kind().type(), choice.kind().queue(), choice.args(), priority,
				choice.delayMillis(), choice.kind().maxAttempts());
	}

	private boolean enqueue(List<NewJob> jobs) {
		boolean single = jobs.size() == 1;
		Map<String, ?> body = single ? jobs.get(0).wire() : Map.of("jobs", jobs.stream().map(NewJob::wire).toList());
		long end = System.nanoTime() + PATIENCE.toNanos();
		while (System.nanoTime() < end) {
			try {
				Http.Reply reply = this.cluster.post(single ? JOBS : JOBS + "/batch", body, Duration.ZERO);
				if (reply.succeeded() && names(reply.body(), jobs)) {
					jobs.forEach((job) -> this.ledger.acknowledged(job.id()));
					return true;
				}
				if (!reply.mayBeRepeated()) {
					this.ledger.wrongAnswer("Enqueueing " + jobs, reply);
					return false;
				}
			}
			catch (IOException ex) {
				// Nobody knows whether it was stored; another node is asked for the same.
			}
			Pause.of(Duration.ofMillis(100));
		}
		return false;
	}

	private static boolean names(JsonNode body, List<NewJob> jobs) {
		if (jobs.size() == 1) {
			return body.path("id").asString("").equals(jobs.get(0).id().toString());
		}
		Set<String> named = new HashSet<>();
		body.path("jobs").forEach((job) -> named.add(job.path("id").asString("")));
		return jobs.stream().allMatch((job) -> named.contains(job.id().toString()));
	}

	// Not repeated: the row beside the job has no key that would tell it from a second.
	private void enqueueInTransaction(List<NewJob> jobs, boolean rollback) {
		try {
			Http.Reply reply = this.cluster.post("/harness/enqueue", Map.of("jobs", jobs, "rollback", rollback),
					Duration.ZERO);
			// The application's own answer, not any success: Spring MVC takes a
			// connection that the database has reset for one that the client has
			// closed, and answers with an empty 200.
			if (reply.succeeded() && reply.body().has("committed")) {
				jobs.forEach((job) -> this.ledger.acknowledged(job.id()));
			}
			else if (!reply.succeeded() && !reply.mayBeRepeated()) {
				this.ledger.wrongAnswer("Enqueueing in a transaction " + jobs, reply);
			}
		}
		catch (IOException ex) {
			// The transaction may have been committed; then both of its rows are there.
		}
	}

	private void enqueueInOrder() {
		Random priorities = new Random(this.cluster.settings().seed() + 1);
		for (long number = 1; this.producing.get(); number++) {
			int priority = (priorities.nextInt(4) == 0) ? 5 : 0;
			NewJob job = asked(new Choice(Kind.ORDERED, List.of(), 0), priority, number, Way.HTTP);
			while (!enqueue(List.of(job)) && this.producing.get()) {
				Pause.of(Duration.ofMillis(100));
			}
			Pause.of(Duration.ofNanos((long) (1e9 / ORDERED_PER_SECOND)));
		}
	}

	/** Stops producers and waits for their last answers; workers go on. */
	void stopProducing() {
		this.producing.set(false);
		this.periodicJobs.stop();
		if (!Pause.until(PATIENCE.plusSeconds(10),
				() -> !this.inFlight.any() && !this.workflows.waits() && !this.unique.waits())) {
			throw new IllegalStateException("Producers did not stop");
		}
	}

	@Override
	public void close() {
		this.producing.set(false);
		this.workers.forEach(RemoteWorker::close);
		this.threads.shutdownNow();
		try {
			if (!this.threads.awaitTermination(10, TimeUnit.SECONDS)) {
				System.err.println("Some threads of the load did not end");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private record Choice(Kind kind, List<Object> args, long delayMillis) {
	}

}
