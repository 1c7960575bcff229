package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;

import org.openjobspec.benchmarks.faults.RemoteClient.Fetched;

/**
 * A worker over HTTP without heartbeats. It finishes a first attempt after its lease,
 * when the next attempt may be running already, and must be refused.
 */
final class SleepyWorker implements Runnable {

	static final Duration LEASE = Duration.ofSeconds(1);

	private final RemoteClient client;

	private final String name;

	private final Random random;

	SleepyWorker(Cluster cluster, String name) {
		this.client = new RemoteClient(cluster);
		this.name = name;
		this.random = new Random(cluster.settings().seed() + name.hashCode());
	}

	@Override
	public void run() {
		for (int fetch = 1; !Thread.currentThread().isInterrupted(); fetch++) {
			// A name for each fetch: a client does not tell the attempt, so its name
			// must.
			String worker = this.name + "-" + fetch;
			try {
				List<Fetched> jobs = this.client.fetch(Kind.SLEEPY.queue(), worker, 1, LEASE, Duration.ofSeconds(1));
				for (Fetched job : jobs) {
					long run = this.client.started(job, worker);
					Pause.of(Duration.ofMillis((job.attempt() == 1) ? 1200 + this.random.nextInt(1500) : 600));
					this.client.report(run, job, worker, false);
				}
			}
			catch (IOException ex) {
				Pause.of(Duration.ofMillis(100));
			}
		}
	}

}
