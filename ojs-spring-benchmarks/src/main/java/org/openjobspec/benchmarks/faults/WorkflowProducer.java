package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

import org.openjobspec.benchmarks.faults.Promise.Way;

/**
 * Starts workflows. None is asked for twice: the backend chooses their ids, so that
 * nothing would tell a second one from the first.
 */
final class WorkflowProducer implements Runnable {

	private static final int IN_FLIGHT = 16;

	private static final List<Shape> SHAPES = List.of(Shape.values());

	private final Cluster cluster;

	private final Ledger ledger;

	private final double perSecond;

	private final BooleanSupplier producing;

	private final Random random;

	private final InFlight inFlight;

	private final Map<UUID, WorkflowPromise> promises = new ConcurrentHashMap<>();

	WorkflowProducer(Cluster cluster, Ledger ledger, double perSecond, Executor threads, BooleanSupplier producing) {
		this.cluster = cluster;
		this.ledger = ledger;
		this.perSecond = perSecond;
		this.inFlight = new InFlight(threads, IN_FLIGHT);
		this.producing = producing;
		this.random = new Random(cluster.settings().seed() + 2);
	}

	Collection<WorkflowPromise> promises() {
		return this.promises.values();
	}

	boolean waits() {
		return this.inFlight.any();
	}

	@Override
	public void run() {
		while (this.producing.getAsBoolean()) {
			Shape shape = SHAPES.get(this.random.nextInt(SHAPES.size()));
			int choice = this.random.nextInt(100);
			Way way = (choice < 50) ? Way.HTTP : (choice < 85) ? Way.TRANSACTION : Way.ROLLED_BACK;
			this.inFlight.start(() -> start(new WorkflowPromise(UUID.randomUUID(), shape, way, Instant.now(), null)));
			Pause.of(Duration.ofNanos((long) (1e9 / this.perSecond)));
		}
	}

	private void start(WorkflowPromise promise) {
		this.promises.put(promise.token(), promise);
		try {
			Http.Reply reply = (promise.way() == Way.HTTP)
					? this.cluster.post("/ojs/v1/workflows", promise.shape().wire(promise.token()), Duration.ZERO)
					: this.cluster.post("/harness/workflow", Map.of("token", promise.token(), "shape", promise.shape(),
							"rollback", promise.way() == Way.ROLLED_BACK), Duration.ZERO);
			String id = reply.body().path("id").asString("");
			// The application's own answer, not any success; see Load.
			if (reply.succeeded() && !id.isEmpty()) {
				this.promises.put(promise.token(), promise.acknowledged(UUID.fromString(id)));
			}
			else if (!reply.succeeded() && !reply.mayBeRepeated()) {
				this.ledger.wrongAnswer("Starting " + promise, reply);
			}
		}
		catch (IOException ex) {
			// Nobody knows whether it was stored; then all of it is there.
		}
	}

}
