package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Disturbance.Cause;
import org.openjobspec.benchmarks.faults.Promise.Way;
import org.openjobspec.benchmarks.faults.Run.Result;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;

/**
 * A history told by hand, in seconds since its start.
 */
final class Story {

	private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

	private final UUID id = Ids.next();

	private final Kind kind;

	private final List<Event> events = new ArrayList<>();

	private final List<Run> runs = new ArrayList<>();

	private final Disturbances disturbances = new Disturbances();

	private @Nullable Promise promise;

	private @Nullable JobRow row;

	private int effects;

	private int requests;

	private Story(Kind kind) {
		this.kind = kind;
		this.promise = new Promise(this.id, kind, 0, 0, Way.HTTP, at(0), at(0.1));
	}

	static Story of(Kind kind) {
		return new Story(kind);
	}

	static Instant at(double seconds) {
		return START.plusNanos((long) (seconds * 1e9));
	}

	Story way(Way way) {
		this.promise = new Promise(this.id, this.kind, 0, 0, way, at(0), (way == Way.ROLLED_BACK) ? null : at(0.1));
		return this;
	}

	Story unanswered() {
		this.promise = new Promise(this.id, this.kind, 0, 0, Way.HTTP, at(0), null);
		return this;
	}

	Story unknown() {
		this.promise = null;
		return this;
	}

	private Story event(double seconds, String type, int attempt, @Nullable String worker, @Nullable String code,
			@Nullable Instant due) {
		this.events.add(new Event(this.events.size() + 1, at(seconds), type, attempt, worker, code, due));
		return this;
	}

	Story event(double seconds, String type, int attempt) {
		return event(seconds, type, attempt, null, null, null);
	}

	Story enqueued() {
		return event(0.05, JobEvent.ENQUEUED, 0);
	}

	Story scheduled(double due) {
		return event(0.05, JobEvent.SCHEDULED, 0, null, null, at(due));
	}

	Story claimed(double seconds, int attempt, String worker) {
		return event(seconds, JobEvent.STARTED, attempt, worker, null, null);
	}

	Story lost(double seconds, int attempt) {
		return event(seconds, JobEvent.FAILED, attempt, null, "worker_lost", null);
	}

	Story leaseOver(double seconds, int attempt) {
		return event(seconds, JobEvent.FAILED, attempt, null, "visibility_timeout", null);
	}

	Story failed(double seconds, int attempt, double due) {
		event(seconds, JobEvent.FAILED, attempt, null, "handler_error", null);
		return event(seconds, JobEvent.RETRYING, attempt, null, null, at(due));
	}

	Story completed(double seconds, int attempt, String worker) {
		this.row = new JobRow(JobState.COMPLETED, attempt, worker, at(seconds));
		return event(seconds, JobEvent.COMPLETED, attempt);
	}

	Story row(JobState state, int attempt, @Nullable String worker) {
		this.row = new JobRow(state, attempt, worker, null);
		return this;
	}

	Story gone() {
		this.row = null;
		return this;
	}

	Story ran(String node, int attempt, String worker, double from, double to, Result result) {
		this.runs.add(new Run(attempt, worker, node, at(from), at(to), result));
		return this;
	}

	Story startedOnly(String node, int attempt, String worker, double from) {
		this.runs.add(new Run(attempt, worker, node, at(from), null, null));
		return this;
	}

	Story effects(int count) {
		this.effects = count;
		return this;
	}

	Story requests(int count) {
		this.requests = count;
		return this;
	}

	Story disturbed(Cause cause, @Nullable String node, double from, double to) {
		this.disturbances.add(cause, node, at(from), at(to));
		return this;
	}

	Story crashed(double from, double to) {
		this.disturbances.databaseCrashed(at(from), at(to));
		return this;
	}

	/** A job that was claimed by a worker of a node, ran and completed. */
	Story plainly(String node, String worker) {
		return enqueued().claimed(0.2, 1, worker)
			.ran(node, 1, worker, 0.21, 0.3, Result.RETURNED)
			.completed(0.31, 1, worker);
	}

	Checker check() {
		this.runs.sort(Comparator.comparing(Run::startedAt));
		Checker checker = new Checker(this.disturbances, Duration.ofSeconds(6));
		checker
			.check(new History(this.id, this.promise, this.row, this.events, this.runs, this.effects, this.requests));
		return checker;
	}

	List<Rule> rules() {
		return check().violations().stream().map(Violation::rule).distinct().toList();
	}

}
