package org.openjobspec.boot.engine;

import java.util.List;

import org.openjobspec.boot.job.InvalidRequestException;

/**
 * A part of a list.
 *
 * @param items what the part holds
 * @param total how many items there are in all, counted up to 10,000
 * @param limit how many items a part may hold
 * @param offset how many items come before this part
 * @param <T> the items' type
 */
public record Page<T>(List<T> items, long total, int limit, int offset) {

	static void check(int limit, int offset) {
		if (limit < 1 || limit > 1000) {
			throw InvalidRequestException.field("limit", "limit must be from 1 to 1000, and is " + limit);
		}
		if (offset < 0) {
			throw InvalidRequestException.field("offset", "offset must not be negative, and is " + offset);
		}
	}

	/**
	 * Whether items follow this part.
	 * @return whether to ask for the next part
	 */
	public boolean hasMore() {
		return this.offset + this.items.size() < this.total;
	}

}
