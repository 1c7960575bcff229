package org.openjobspec.benchmarks.faults;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * All that is known of one job.
 *
 * @param id the job
 * @param promise what its producer knows; {@code null} if no producer does
 * @param row its row; {@code null} if there is none
 * @param events its events in their order
 * @param runs its executions in the order of their start
 * @param effects how many rows its transactional handler has written
 * @param requests how many rows were written beside its enqueueing
 */
record History(UUID id, @Nullable Promise promise, @Nullable JobRow row, List<Event> events, List<Run> runs,
		int effects, int requests) {

	/** The event with which it was stored; {@code null} if there is none. */
	@Nullable Event begin() {
		return this.events.isEmpty() ? null : this.events.get(0);
	}

	/** The event with which it ended; {@code null} if it has not. */
	@Nullable Event end() {
		return this.events.stream().filter(Event::ends).findFirst().orElse(null);
	}

	/** For whoever has to understand it in the middle of the night. */
	List<String> lines() {
		List<Line> lines = new ArrayList<>();
		if (this.promise != null) {
			lines.add(new Line(this.promise.sentAt(), "producer  asks for it (%s, priority %d, number %d, %s)"
				.formatted(this.promise.kind(), this.promise.priority(), this.promise.number(), this.promise.way())));
			if (this.promise.acknowledgedAt() != null) {
				lines.add(new Line(this.promise.acknowledgedAt(), "producer  has the answer"));
			}
		}
		for (Event event : this.events) {
			lines.add(new Line(event.at(),
					"event     %-14s attempt %d%s%s%s (event %d)".formatted(event.type(), event.attempt(),
							(event.worker() != null) ? ", worker " + event.worker() : "",
							(event.code() != null) ? ", " + event.code() : "",
							(event.dueAt() != null) ? ", due " + event.dueAt() : "", event.id())));
		}
		for (Run run : this.runs) {
			lines.add(new Line(run.startedAt(), "handler   starts in %s: attempt %d, worker %s".formatted(run.node(),
					run.attempt(), run.worker())));
			if (run.endedAt() != null) {
				lines.add(new Line(run.endedAt(), "handler   ends in %s: attempt %d, worker %s, %s"
					.formatted(run.node(), run.attempt(), run.worker(), run.result())));
			}
		}
		lines.sort(Comparator.comparing(Line::at));
		List<String> texts = new ArrayList<>();
		lines.forEach((line) -> texts.add(line.at() + "  " + line.text()));
		texts.add("row       %s, %d effects, %d rows beside its enqueueing"
			.formatted((this.row != null) ? this.row : "absent", this.effects, this.requests));
		return texts;
	}

	private record Line(Instant at, String text) {
	}

}
