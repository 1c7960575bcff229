package org.openjobspec.boot.engine;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.store.EventLog;
import org.openjobspec.boot.store.EventLog.Position;
import org.openjobspec.boot.store.Store;

/**
 * The feed of lifecycle events (ojs-events).
 */
final class EventFeed {

	private static final Pattern CURSOR = Pattern.compile("(\\d{1,19})-(\\d{1,18})(?:-(\\d{1,18}))?");

	private final Store store;

	EventFeed(Store store) {
		this.store = store;
	}

	EventPage read(EventQuery query) {
		Page.check(query.limit(), 0);
		Position after = position(query.after());
		List<EventLog.Entry> entries = this.store.events()
			.read(after, query.types(), query.queues(), query.jobTypes(), query.tenant(), query.limit() + 1);
		if (!entries.isEmpty() && !this.store.transactions().joined()) {
			// A caller's transaction takes it along when it commits, if it writes.
			this.store.transactions().separately(() -> {
				this.store.events().makeDurable(entries.get(entries.size() - 1).position());
				return true;
			});
		}
		boolean more = entries.size() > query.limit();
		List<EventLog.Entry> page = more ? entries.subList(0, query.limit()) : entries;
		Position last = page.isEmpty() ? after : page.get(page.size() - 1).position();
		return new EventPage(
				page.stream().map(entry -> new EventPage.Entry(eventId(entry.position()), entry.event())).toList(),
				cursor(last), more);
	}

	private static Position position(@Nullable String cursor) {
		if (cursor == null || cursor.isEmpty()) {
			return Position.START;
		}
		String plain = cursor.startsWith("evt_") ? cursor.substring(4) : cursor;
		Matcher parts = CURSOR.matcher(plain);
		if (!parts.matches()) {
			throw InvalidRequestException.field("after", "after must be the cursor of an earlier answer");
		}
		long ord = (parts.group(3) != null) ? Long.parseLong(parts.group(3)) : Position.LAST;
		return new Position(parts.group(1), Long.parseLong(parts.group(2)), ord);
	}

	static String eventId(Position position) {
		return "evt_" + cursor(position);
	}

	// A node of schema version 1 knows cursors of two parts, and so it can go on behind a
	// whole row.
	private static String cursor(Position position) {
		String row = position.xid() + "-" + position.id();
		return (position.ord() == Position.LAST) ? row : row + "-" + position.ord();
	}

}
