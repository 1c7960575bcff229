package org.openjobspec.boot.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.CronTicks;
import org.openjobspec.boot.store.Crons;
import org.openjobspec.boot.store.Store;

/**
 * Registers, lists, changes and deletes periodic jobs (ojs-cron 8).
 */
final class CronDesk {

	private final Store store;

	private final Enqueuer enqueuer;

	private final CronRuns runs;

	private final Announcements announcements;

	private final DueTimes dueTimes;

	CronDesk(Store store, Enqueuer enqueuer, CronRuns runs, Announcements announcements, DueTimes dueTimes) {
		this.store = store;
		this.enqueuer = enqueuer;
		this.runs = runs;
		this.announcements = announcements;
		this.dueTimes = dueTimes;
	}

	CronRegistration register(CronRequest request) {
		CronRequest checked = checked(request);
		return this.store.transactions().write("register", request.name(), () -> put(checked, null));
	}

	/**
	 * Registers all that an application declares.
	 * @param owner the application
	 * @param requests what it declares
	 * @return the names of what it has declared before and declares no longer
	 */
	List<String> declare(String owner, List<CronRequest> requests) {
		// In the order of their names, so that nodes that start together cannot wait for
		// each other.
		List<CronRequest> checked = requests.stream()
			.map(this::checked)
			.sorted(Comparator.comparing(CronRequest::name))
			.toList();
		return this.store.transactions().write("declare the periodic jobs of", owner, () -> {
			Set<String> declared = new HashSet<>();
			for (CronRequest request : checked) {
				put(request, owner);
				declared.add(request.name());
			}
			return this.store.crons().ownedBy(owner).stream().filter((name) -> !declared.contains(name)).toList();
		});
	}

	private CronRequest checked(CronRequest request) {
		JobRequest job = this.enqueuer.withDefaults(request.job());
		CronMeta.check(job.meta());
		// What each run adds must not make it too large.
		JobRequest unused = job.toBuilder().meta(CronMeta.of(job.meta(), request.name(), Instant.now())).build();
		return new CronRequest(request.name(), request.schedule(), request.timezone(), request.overlap(),
				request.enabled(), request.description(), job);
	}

	private CronRegistration put(CronRequest request, @Nullable String owner) {
		Instant now = this.store.crons().now();
		Instant next = request.schedule().next(now, request.timezone()).orElse(null);
		Crons.Stored stored = this.store.crons().put(request, owner, now, next);
		expect(stored.cron(), now);
		return new CronRegistration(stored.cron(), stored.created());
	}

	private void expect(CronJob cron, Instant now) {
		Instant next = cron.nextRunAt();
		if (next != null) {
			Duration left = Duration.between(now, next);
			this.announcements.afterCommit(() -> this.dueTimes.dueIn(left));
		}
	}

	List<CronJob> list(@Nullable Boolean enabled) {
		return this.store.crons().list(enabled);
	}

	Optional<CronJob> find(String name) {
		return CronRequest.isName(name) ? this.store.crons().find(name) : Optional.empty();
	}

	CronJob delete(String name) {
		requireName(name);
		return this.store.transactions()
			.writeOnce("delete", name, () -> this.store.crons().delete(name))
			.orElseThrow(() -> missing(name));
	}

	CronJob enable(String name, boolean enabled) {
		requireName(name);
		return this.store.transactions().write(enabled ? "enable" : "disable", name, () -> {
			CronTicks.Locked locked = lock(name);
			CronJob cron = locked.cron();
			Instant next = cron.schedule().next(locked.now(), cron.timezone()).orElse(null);
			CronJob changed = this.store.crons().enable(name, enabled, next);
			expect(changed, locked.now());
			return changed;
		});
	}

	Job trigger(String name) {
		requireName(name);
		return this.store.transactions().writeAtomically("trigger", name, () -> this.runs.trigger(lock(name)));
	}

	private CronTicks.Locked lock(String name) {
		return this.store.cronTicks().lock(name).orElseThrow(() -> missing(name));
	}

	// Nor can one be asked for whose name the database would not take as text.
	private static void requireName(String name) {
		if (!CronRequest.isName(name)) {
			throw missing(name);
		}
	}

	private static NotFoundException missing(String name) {
		return new NotFoundException(NotFoundException.CRON, name);
	}

}
