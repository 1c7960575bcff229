package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.openjobspec.benchmarks.faults.Deliveries.Delivery;
import org.openjobspec.benchmarks.faults.RemoteClient.Fetched;

/**
 * The only consumer of its queue, over HTTP, one fetch after the other.
 */
final class OrderedConsumer implements Runnable {

	private final RemoteClient client;

	private final Duration lease;

	private final Deliveries deliveries = new Deliveries();

	OrderedConsumer(Cluster cluster) {
		this.client = new RemoteClient(cluster);
		this.lease = cluster.settings().heartbeatTimeout();
	}

	Deliveries deliveries() {
		return this.deliveries;
	}

	@Override
	public void run() {
		for (int life = 1; !Thread.currentThread().isInterrupted();) {
			String worker = "consumer-" + life;
			Instant sentAt = Instant.now();
			try {
				List<Fetched> jobs = this.client.fetch(Kind.ORDERED.queue(), worker, 3, this.lease,
						Duration.ofSeconds(1));
				this.deliveries.add(new Deliveries.Fetch(sentAt, Instant.now(),
						jobs.stream().map((job) -> new Delivery(job.id(), job.attempt())).toList()));
				for (Fetched job : jobs) {
					long run = this.client.started(job, worker);
					this.client.report(run, job, worker, false);
				}
				// Lets some gather, so that their order shows.
				Pause.of(Duration.ofMillis(200));
			}
			catch (IOException ex) {
				life++;
				Pause.of(Duration.ofMillis(100));
			}
		}
	}

}
