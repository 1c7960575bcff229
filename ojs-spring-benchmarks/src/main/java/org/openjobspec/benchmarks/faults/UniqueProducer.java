package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

import org.openjobspec.benchmarks.faults.NodeEndpoints.NewJob;
import org.openjobspec.benchmarks.faults.Promise.Way;
import org.openjobspec.boot.job.OnConflict;
import tools.jackson.databind.JsonNode;

/**
 * Several at once that want the same key, of any node, over HTTP and in transactions.
 */
final class UniqueProducer implements Runnable {

	private static final int TOGETHER = 4;

	// Who waits for a key waits in the database, with one of a node's few connections:
	// the transaction before it may be one of a node that stands still.
	private static final int IN_FLIGHT = 3 * TOGETHER;

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private static final int CONFLICT = 409;

	private final Cluster cluster;

	private final Ledger ledger;

	private final double perSecond;

	private final BooleanSupplier producing;

	private final Random random;

	private final InFlight inFlight;

	private final Map<UUID, UniqueKey> keys = new ConcurrentHashMap<>();

	private final Queue<Contender> contenders = new ConcurrentLinkedQueue<>();

	/**
	 * A producer.
	 * @param perSecond how many are asked for per second
	 */
	UniqueProducer(Cluster cluster, Ledger ledger, double perSecond, Executor threads, BooleanSupplier producing) {
		this.cluster = cluster;
		this.ledger = ledger;
		this.perSecond = perSecond;
		this.inFlight = new InFlight(threads, IN_FLIGHT);
		this.producing = producing;
		this.random = new Random(cluster.settings().seed() + 3);
	}

	/** The key of each job that was asked for. */
	Map<UUID, UniqueKey> keys() {
		return this.keys;
	}

	/** Those that were told of another. */
	Collection<Contender> contenders() {
		return this.contenders;
	}

	boolean waits() {
		return this.inFlight.any();
	}

	@Override
	public void run() {
		List<UniqueKey> all = UniqueKey.all();
		while (this.producing.getAsBoolean()) {
			UniqueKey key = all.get(this.random.nextInt(all.size()));
			for (int i = 0; i < TOGETHER; i++) {
				int choice = this.random.nextInt(100);
				Way way = (choice < 50) ? Way.HTTP : (choice < 85) ? Way.TRANSACTION : Way.ROLLED_BACK;
				OnConflict onConflict = this.random.nextBoolean() ? OnConflict.REJECT : OnConflict.IGNORE;
				this.inFlight.start(() -> contend(key, way, onConflict));
			}
			Pause.of(Duration.ofNanos((long) (1e9 * TOGETHER / this.perSecond)));
		}
	}

	private void contend(UniqueKey key, Way way, OnConflict onConflict) {
		Kind kind = Kind.UNIQUE;
		NewJob job = new NewJob(Ids.next(), kind.type(), kind.queue(), key.args(), 0, 0, kind.maxAttempts());
		Promise promise = new Promise(job.id(), kind, 0, 0, way, Instant.now(), null);
		this.keys.put(job.id(), key);
		this.ledger.asked(promise);
		if (way == Way.HTTP) {
			enqueue(promise, key, job, onConflict);
		}
		else {
			enqueueInTransaction(promise, key, job, onConflict);
		}
	}

	private void enqueue(Promise promise, UniqueKey key, NewJob job, OnConflict onConflict) {
		Map<String, Object> body = job.wire();
		body.put("unique", key.wire(onConflict));
		long end = System.nanoTime() + PATIENCE.toNanos();
		boolean repeated = false;
		while (System.nanoTime() < end) {
			try {
				Http.Reply reply = this.cluster.post("/ojs/v1/jobs", body, Duration.ZERO);
				if (answered(promise, key, reply, repeated)) {
					return;
				}
			}
			catch (IOException ex) {
				// Nobody knows whether it was stored; another node is asked for the same.
			}
			repeated = true;
			Pause.of(Duration.ofMillis(500));
		}
	}

	private boolean answered(Promise promise, UniqueKey key, Http.Reply reply, boolean repeated) {
		String id = reply.body().path("id").asString("");
		JsonNode existing = reply.body().path("error").path("details").path("existing_job_id");
		if (reply.succeeded() && id.equals(promise.id().toString())) {
			this.ledger.acknowledged(promise.id());
		}
		else if (reply.succeeded() && !id.isEmpty()) {
			made(promise, key, UUID.fromString(id), repeated);
		}
		else if (reply.status() == CONFLICT && existing.isString()) {
			made(promise, key, UUID.fromString(existing.asString()), repeated);
		}
		else if (reply.mayBeRepeated() || reply.succeeded()) {
			return false;
		}
		else {
			this.ledger.wrongAnswer("Enqueueing the unique " + promise, reply);
		}
		return true;
	}

	// The first one may have been stored and only its answer be lost; then another
	// job may have had the key meanwhile.
	private void made(Promise promise, UniqueKey key, UUID winner, boolean repeated) {
		if (!repeated) {
			this.ledger.refused(promise.id());
		}
		this.contenders.add(new Contender(promise.id(), key, promise.way(), promise.sentAt(), Instant.now(), winner));
	}

	private void enqueueInTransaction(Promise promise, UniqueKey key, NewJob job, OnConflict onConflict) {
		try {
			Http.Reply reply = this.cluster.post("/harness/unique", Map.of("job", job, "key", key, "onConflict",
					onConflict, "rollback", promise.way() == Way.ROLLED_BACK), Duration.ZERO);
			String winner = reply.body().path("winner").asString("");
			if (reply.succeeded() && !winner.isEmpty()) {
				if (!winner.equals(job.id().toString())) {
					made(promise, key, UUID.fromString(winner), false);
				}
				else if (promise.way() == Way.TRANSACTION) {
					this.ledger.acknowledged(job.id());
				}
			}
			else if (!reply.succeeded() && !reply.mayBeRepeated()) {
				this.ledger.wrongAnswer("Enqueueing in a transaction the unique " + promise, reply);
			}
		}
		catch (IOException ex) {
			// The transaction may have been committed; then both of its rows are there.
		}
	}

}
