package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.store.EventLog;
import org.openjobspec.boot.store.EventLog.Entry;
import org.openjobspec.boot.store.EventLog.Position;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.TransactionException;

/**
 * Follows the feed of events while faults happen, as a consumer of it does, and reads it
 * once more from its start in the end. What the second reading has and the first had not
 * was skipped.
 */
final class Feed implements AutoCloseable {

	private static final Duration STEP = Duration.ofMillis(100);

	private static final int PAGE = 5000;

	private static final String COPY = """
			INSERT INTO harness.event (id, job, at, type, attempt, worker, code, due_at, data)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
			""";

	private final EventLog log;

	private final JdbcTemplate jdbc;

	private final Consumer<String> alarm;

	private final Thread thread = new Thread(this::follow, "feed");

	private final Set<UUID> completed = new HashSet<>();

	private long[] seen = new long[100_000];

	private int count;

	private Position position = Position.START;

	private volatile boolean following = true;

	Feed(Cluster cluster, Consumer<String> alarm) {
		this.log = cluster.store().events();
		this.jdbc = cluster.template();
		this.alarm = alarm;
	}

	void start() {
		this.thread.setDaemon(true);
		this.thread.start();
	}

	private void follow() {
		while (this.following) {
			try {
				List<Entry> page = read(this.position);
				page.forEach(this::see);
				if (page.size() == PAGE) {
					continue;
				}
			}
			catch (DataAccessException | TransactionException ex) {
				// The database is away; the position stays.
			}
			Pause.of(STEP);
		}
	}

	private List<Entry> read(Position after) {
		return this.log.read(after, Set.of(), Set.of(), Set.of(), null, PAGE);
	}

	private void see(Entry entry) {
		if (this.count == this.seen.length) {
			this.seen = Arrays.copyOf(this.seen, this.count * 2);
		}
		this.seen[this.count++] = fingerprint(entry.event());
		this.position = entry.position();
		UUID job = entry.event().jobId();
		if (entry.event().type().equals(JobEvent.COMPLETED) && job != null && !this.completed.add(job)) {
			this.alarm.accept("completed a second time: " + entry.event());
		}
	}

	// Equal for two events with a chance of one in 2^64 or so.
	private static long fingerprint(JobEvent event) {
		UUID job = event.jobId();
		long hash = (job != null) ? job.getMostSignificantBits() * 31 + job.getLeastSignificantBits() : 0;
		hash = hash * 0x9E3779B97F4A7C15L + event.type().hashCode();
		hash = hash * 0x9E3779B97F4A7C15L + event.attempt();
		return hash * 0x9E3779B97F4A7C15L + ChronoUnit.MICROS.between(Instant.EPOCH, event.time());
	}

	/**
	 * Ends following, once it has come to the end, and copies the feed for the checker.
	 * @return what was wrong with the feed
	 */
	List<Violation> finish() {
		close();
		for (List<Entry> page = read(this.position); !page.isEmpty(); page = read(this.position)) {
			page.forEach(this::see);
		}
		this.jdbc.execute("""
				CREATE TABLE harness.event (n bigint GENERATED ALWAYS AS IDENTITY, id bigint, job uuid, at timestamptz,
				    type text, attempt int, worker text, code text, due_at timestamptz, data text)
				""");
		long[] sorted = Arrays.copyOf(this.seen, this.count);
		Arrays.sort(sorted);
		List<Violation> violations = new ArrayList<>();
		Position from = Position.START;
		for (List<Entry> page = read(from); !page.isEmpty(); page = read(from)) {
			copy(page);
			for (Entry entry : page) {
				if (Arrays.binarySearch(sorted, fingerprint(entry.event())) < 0) {
					violations.add(new Violation(Rule.FEED, entry.event().jobId(),
							"The feed has skipped an event while it was followed", List.of(entry.toString())));
				}
			}
			from = page.get(page.size() - 1).position();
		}
		for (int i = 1; i < sorted.length; i++) {
			if (sorted[i] == sorted[i - 1]) {
				violations.add(Violation.of(Rule.FEED, "The feed has delivered an event twice while it was followed"));
			}
		}
		this.jdbc.execute("CREATE INDEX ON harness.event (job)");
		return violations;
	}

	private void copy(List<Entry> page) {
		List<Object[]> rows = new ArrayList<>();
		for (Entry entry : page) {
			JobEvent event = entry.event();
			Map<String, @Nullable Object> data = event.data();
			// Of a job's own life all that counts is in the other columns.
			String facts = event.type().startsWith("job.") ? null : JsonMapper.shared().writeValueAsString(data);
			Object due = (data.get("scheduled_at") != null) ? data.get("scheduled_at") : data.get("next_retry_at");
			Object code = (data.get("error") instanceof Map<?, ?> error) ? error.get("code") : null;
			rows.add(new Object[] { entry.position().id(), event.jobId(),
					OffsetDateTime.ofInstant(event.time(), ZoneOffset.UTC), event.type(), event.attempt(),
					data.get("worker_id"), code, (due != null) ? time(due.toString()) : null, facts });
		}
		this.jdbc.batchUpdate(COPY, rows);
	}

	private static OffsetDateTime time(String text) {
		try {
			return OffsetDateTime.parse(text);
		}
		catch (DateTimeParseException ex) {
			return OffsetDateTime.ofInstant(Instant.parse(text), ZoneOffset.UTC);
		}
	}

	@Override
	public void close() {
		this.following = false;
		try {
			this.thread.join(10_000);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

}
