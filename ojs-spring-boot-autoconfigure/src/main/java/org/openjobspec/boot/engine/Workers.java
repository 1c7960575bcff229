package org.openjobspec.boot.engine;

import java.util.Set;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.store.Failures;
import org.openjobspec.boot.store.Leases;
import org.openjobspec.boot.store.Store;

/**
 * BEAT (ojs-core 7.5).
 */
final class Workers {

	private final Store store;

	private final EngineSettings settings;

	private final QuietWorkers quiet;

	Workers(Store store, EngineSettings settings, QuietWorkers quiet) {
		this.store = store;
		this.settings = settings;
		this.quiet = quiet;
	}

	static void checkId(String worker) {
		if (worker.length() > 255 || worker.chars().anyMatch(Character::isISOControl)) {
			throw InvalidRequestException.field("worker_id",
					"worker_id must have at most 255 characters and no control characters");
		}
	}

	HeartbeatReply beat(Heartbeat heartbeat) {
		checkId(heartbeat.worker());
		Leases leases = this.store.leases();
		// Two statements without a transaction around them: neither needs the other.
		Leases.Beat beat = this.store.transactions()
			.writeOnce("heartbeat", heartbeat.worker(),
					() -> leases.beat(heartbeat.worker(), heartbeat.embedded(), heartbeat.info()));
		if (!heartbeat.embedded()) {
			this.quiet.heard(heartbeat.worker(), beat.directive() != null || QuietWorkers.saysSo(heartbeat.info()));
		}
		Set<UUID> held = heartbeat.activeJobs().isEmpty() ? Set.of()
				: this.store.transactions().writeOnce("heartbeat", heartbeat.worker(), () -> held(heartbeat));
		return reply(beat, held);
	}

	@Nullable HeartbeatReply beatBesidePool(String worker, String info) {
		Leases leases = this.store.leasesBesidePool();
		if (leases == null) {
			return null;
		}
		return reply(leases.beat(worker, true, info), Set.of());
	}

	private static HeartbeatReply reply(Leases.Beat beat, Set<UUID> held) {
		return new HeartbeatReply((beat.directive() != null) ? beat.directive() : "running", held, beat.now(),
				beat.dead());
	}

	private Set<UUID> held(Heartbeat heartbeat) {
		Leases leases = this.store.leases();
		return heartbeat.embedded() ? leases.held(heartbeat.worker(), heartbeat.activeJobs())
				: leases.extend(heartbeat.worker(), heartbeat.activeJobs(), heartbeat.visibilityTimeout(),
						this.settings.defaultVisibilityTimeout());
	}

	boolean markStarted(Job job) {
		Failures.Attempt attempt = new Failures.Attempt(job.id(), Finisher.holder(job), job.attempt(), job.startedAt());
		return this.store.transactions().writeOnce("start", job.id(), () -> this.store.leases().markStarted(attempt));
	}

	void signOff(String worker) {
		this.store.transactions().write("sign off", worker, () -> {
			this.store.leases().signOff(worker);
			return true;
		});
	}

}
