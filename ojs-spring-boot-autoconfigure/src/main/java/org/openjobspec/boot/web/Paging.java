package org.openjobspec.boot.web;

import java.util.List;
import java.util.function.BiFunction;

import tools.jackson.core.JsonGenerator;

/**
 * Which part of a list is asked for: {@code limit} and {@code offset}, or {@code page}
 * and {@code per_page} as the JS SDK has it.
 *
 * @param limit how many items at most
 * @param offset how many items to pass over
 * @param numbered whether it was asked for as a page, and so is told its number
 */
record Paging(int limit, int offset, boolean numbered) {

	private static final int DEFAULT_LIMIT = 50;

	private static final int MAX_LIMIT = 1000;

	private static final int DEFAULT_PER_PAGE = 20;

	private static final int MAX_PER_PAGE = 100;

	private static final int MAX_OFFSET = 1_000_000;

	static Paging of(Call call) {
		return of(call, DEFAULT_LIMIT, MAX_LIMIT);
	}

	/**
	 * As the admin API has it (ojs-admin-api 7.1).
	 */
	static Paging ofPages(Call call) {
		return of(call, DEFAULT_PER_PAGE, MAX_PER_PAGE);
	}

	private static Paging of(Call call, int defaultLimit, int maxLimit) {
		int limit = call.queryNumber("limit", call.queryNumber("per_page", defaultLimit, 1, maxLimit), 1, maxLimit);
		int before = (call.queryNumber("page", 1, 1, MAX_OFFSET) - 1) * limit;
		return new Paging(limit, call.queryNumber("offset", Math.min(before, MAX_OFFSET), 0, MAX_OFFSET),
				call.query("page") != null || call.query("per_page") != null);
	}

	/**
	 * Reads a part of a list of which nobody counts how long it is.
	 * @param list reads as many items as its first argument says, passing over as many as
	 * the second one does
	 * @return the part
	 */
	<T> Part<T> part(BiFunction<Integer, Integer, List<T>> list) {
		List<T> items = list.apply(this.limit, this.offset);
		boolean more = items.size() == this.limit && !list.apply(1, this.offset + this.limit).isEmpty();
		// What has been seen: at least so many there are.
		return new Part<>(this, items, this.offset + items.size() + (more ? 1 : 0), more);
	}

	/**
	 * Takes a part of a list that is there.
	 * @param all the list
	 * @return the part
	 */
	<T> Part<T> partOf(List<T> all) {
		List<T> items = all.stream().skip(this.offset).limit(this.limit).toList();
		return new Part<>(this, items, all.size(), this.offset + items.size() < all.size());
	}

	/**
	 * A part of a list.
	 *
	 * @param paging which part
	 * @param items what it holds
	 * @param total how many items there are, at least
	 * @param hasMore whether items follow
	 */
	record Part<T>(Paging paging, List<T> items, long total, boolean hasMore) {

		void write(JsonGenerator json) {
			this.paging.write(json, this.total, this.hasMore);
		}

	}

	void write(JsonGenerator json, long total, boolean hasMore) {
		json.writeName("pagination");
		json.writeStartObject();
		json.writeNumberProperty("total", total);
		json.writeNumberProperty("limit", this.limit);
		json.writeNumberProperty("offset", this.offset);
		if (this.numbered) {
			json.writeNumberProperty("page", this.offset / this.limit + 1);
			json.writeNumberProperty("per_page", this.limit);
		}
		json.writeBooleanProperty("has_more", hasMore);
		json.writeEndObject();
	}

	/**
	 * Writes which page this is, for {@link #ofPages}.
	 */
	void writePage(JsonGenerator json, long total, boolean hasMore) {
		json.writeName("pagination");
		json.writeStartObject();
		json.writeNumberProperty("total", total);
		json.writeNumberProperty("page", this.offset / this.limit + 1);
		json.writeNumberProperty("per_page", this.limit);
		json.writeBooleanProperty("has_more", hasMore);
		json.writeEndObject();
	}

}
