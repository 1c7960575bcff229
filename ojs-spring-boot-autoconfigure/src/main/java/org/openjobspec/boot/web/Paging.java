package org.openjobspec.boot.web;

import tools.jackson.core.JsonGenerator;

/**
 * Which part of a list is asked for: {@code limit} and {@code offset}, or {@code page}
 * and {@code per_page} as the JS SDK has it.
 *
 * @param limit how many items at most
 * @param offset how many items to pass over
 */
record Paging(int limit, int offset) {

	private static final int DEFAULT_LIMIT = 50;

	private static final int MAX_LIMIT = 1000;

	private static final int MAX_OFFSET = 1_000_000;

	static Paging of(Call call) {
		int limit = call.queryNumber("limit", call.queryNumber("per_page", DEFAULT_LIMIT, 1, MAX_LIMIT), 1, MAX_LIMIT);
		int before = (call.queryNumber("page", 1, 1, MAX_OFFSET) - 1) * limit;
		return new Paging(limit, call.queryNumber("offset", Math.min(before, MAX_OFFSET), 0, MAX_OFFSET));
	}

	void write(JsonGenerator json, long total, boolean hasMore) {
		json.writeName("pagination");
		json.writeStartObject();
		json.writeNumberProperty("total", total);
		json.writeNumberProperty("limit", this.limit);
		json.writeNumberProperty("offset", this.offset);
		json.writeBooleanProperty("has_more", hasMore);
		json.writeEndObject();
	}

}
