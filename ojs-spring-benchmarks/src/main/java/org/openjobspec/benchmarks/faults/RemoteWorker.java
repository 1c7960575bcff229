package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import org.openjobspec.benchmarks.faults.Disturbance.Cause;
import org.openjobspec.benchmarks.faults.RemoteClient.Fetched;

/**
 * A worker over HTTP that sends heartbeats. It takes a new name when a fetch was not
 * answered, since that name may hold jobs that it does not know.
 */
final class RemoteWorker implements Runnable, AutoCloseable {

	private final Cluster cluster;

	private final RemoteClient client;

	private final String name;

	private final Duration lease;

	private final Duration beat;

	private final Set<UUID> held = ConcurrentHashMap.newKeySet();

	private final ScheduledExecutorService heart = Executors.newSingleThreadScheduledExecutor();

	private volatile String worker;

	private Instant heard = Instant.now();

	RemoteWorker(Cluster cluster, String name) {
		this.cluster = cluster;
		this.client = new RemoteClient(cluster);
		this.name = name;
		this.worker = name + "-0";
		this.lease = cluster.settings().heartbeatTimeout();
		this.beat = cluster.settings().heartbeatInterval();
	}

	@Override
	public void run() {
		var unused = this.heart.scheduleWithFixedDelay(this::beat, 0, this.beat.toMillis(), TimeUnit.MILLISECONDS);
		for (int life = 1; !Thread.currentThread().isInterrupted();) {
			try {
				List<Fetched> jobs = this.client.fetch(Kind.REMOTE.queue(), this.worker, 3, this.lease,
						Duration.ofSeconds(1));
				jobs.forEach((job) -> this.held.add(job.id()));
				jobs.forEach(this::work);
			}
			catch (IOException ex) {
				this.worker = this.name + "-" + life++;
				Pause.of(Duration.ofMillis(100));
			}
		}
	}

	private void work(Fetched job) {
		long run = this.client.started(job, this.worker);
		Pause.of(Duration.ofMillis(job.args().path(0).asInt()));
		this.client.report(run, job, this.worker, job.args().path(1).asBoolean() && job.attempt() == 1);
		this.held.remove(job.id());
	}

	private void beat() {
		try {
			this.client.heartbeat(this.worker, List.copyOf(this.held), this.lease);
			Instant now = Instant.now();
			if (this.heard.plus(this.cluster.settings().stall()).isBefore(now)) {
				// To the backend this worker was silent, whatever kept it from being
				// heard.
				this.cluster.disturbances().add(Cause.WORKER_SILENT, Run.REMOTE, this.heard, now);
			}
			this.heard = now;
		}
		catch (IOException | RuntimeException ex) {
			// The next one goes to another node.
		}
	}

	@Override
	public void close() {
		this.heart.shutdownNow();
	}

}
