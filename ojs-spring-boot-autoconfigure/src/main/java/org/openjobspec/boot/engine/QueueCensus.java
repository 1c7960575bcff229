package org.openjobspec.boot.engine;

import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.store.Census;

/**
 * Knows how many jobs there are, without asking the database each time somebody looks: a
 * page that is open at twenty desks asks twenty times in five seconds, and the history
 * may be long.
 */
final class QueueCensus {

	static final Duration LIVE_AGE = Duration.ofSeconds(1);

	static final Duration ENDED_AGE = Duration.ofSeconds(30);

	private static final Duration MINUTE_AGE = Duration.ofSeconds(5);

	private final Recent<List<Census.Count>> live;

	private final Recent<List<Census.Count>> ended;

	private final Recent<Census.Minute> lastMinute;

	private final Recent<List<Census.Backlog>> backlog;

	QueueCensus(Census census) {
		this.live = new Recent<>(LIVE_AGE, census::live);
		this.ended = new Recent<>(ENDED_AGE, census::ended);
		this.lastMinute = new Recent<>(MINUTE_AGE, census::lastMinute);
		this.backlog = new Recent<>(MINUTE_AGE, census::backlog);
	}

	/**
	 * Counts the jobs of all queues.
	 */
	Map<JobState, Long> total() {
		Map<JobState, Long> total = none();
		counts().forEach((count) -> total.merge(count.state(), count.jobs(), Long::sum));
		return total;
	}

	/**
	 * Counts the jobs of each queue that has any.
	 */
	Map<String, Map<JobState, Long>> byQueue() {
		Map<String, Map<JobState, Long>> queues = new HashMap<>();
		counts().forEach((count) -> queues.computeIfAbsent(count.queue(), (queue) -> none())
			.merge(count.state(), count.jobs(), Long::sum));
		return queues;
	}

	/**
	 * Tells what queues hold that has not ended; the history is not read.
	 * @param queues the queues
	 */
	List<QueueDepth> depths(List<QueueInfo> queues) {
		Map<String, List<Census.Count>> counts = this.live.get()
			.stream()
			.collect(Collectors.groupingBy(Census.Count::queue));
		return queues.stream().map((queue) -> depth(queue, counts.getOrDefault(queue.name(), List.of()))).toList();
	}

	private static QueueDepth depth(QueueInfo queue, List<Census.Count> counts) {
		Map<JobState, Long> jobs = none();
		jobs.keySet().removeIf(JobState::isTerminal);
		Duration oldest = null;
		for (Census.Count count : counts) {
			jobs.merge(count.state(), count.jobs(), Long::sum);
			Duration due = count.due();
			if (due != null && (oldest == null || due.compareTo(oldest) > 0)) {
				oldest = due;
			}
		}
		return new QueueDepth(queue.name(), queue.paused(), jobs, oldest);
	}

	Census.Minute lastMinute() {
		return this.lastMinute.get();
	}

	List<Census.Backlog> backlog() {
		return this.backlog.get();
	}

	/**
	 * No jobs, of every state.
	 */
	static Map<JobState, Long> none() {
		Map<JobState, Long> none = new EnumMap<>(JobState.class);
		for (JobState state : JobState.values()) {
			none.put(state, 0L);
		}
		return none;
	}

	private Stream<Census.Count> counts() {
		return Stream.concat(this.live.get().stream(), this.ended.get().stream());
	}

	void forget() {
		this.live.forget();
		this.ended.forget();
		this.lastMinute.forget();
		this.backlog.forget();
	}

}
