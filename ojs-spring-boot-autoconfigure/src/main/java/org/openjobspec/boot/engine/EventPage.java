package org.openjobspec.boot.engine;

import java.util.List;
import java.util.Map;

import org.openjobspec.boot.job.JobEvent;

/**
 * A part of the event feed, in an order in which a late commit is never skipped.
 *
 * @param events the events with their ids
 * @param cursor where to go on; the cursor asked with when there were no events
 * @param hasMore whether more events were ready
 */
public record EventPage(List<Entry> events, String cursor, boolean hasMore) {

	/**
	 * An event in the feed.
	 *
	 * @param id the event's id, unique in this database
	 * @param event what happened
	 */
	public record Entry(String id, JobEvent event) {

		/**
		 * The form in which the event leaves the server (ojs-events 3).
		 * @return its members in order: maps, strings and numbers
		 */
		public Map<String, Object> envelope() {
			return EventEnvelope.of(this.id, this.event);
		}

	}

}
