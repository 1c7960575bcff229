package org.openjobspec.benchmarks.input;

import java.util.function.BiConsumer;

/**
 * The ways in which requests are spoilt.
 */
enum Family {

	/** Not at all. */
	VALID("valid", 14, (draft, dice) -> {
	}),

	/** A value of another JSON type, in any place. */
	TYPES("JSON types", 14, Bodies::types),

	/** Numbers at every limit. */
	NUMBERS("numbers", 10, Bodies::numbers),

	/** Text at every limit: Unicode, times, durations, identifiers. */
	STRINGS("strings", 12, Bodies::strings),

	/** Long strings and arrays, bodies up to and beyond the limit. */
	SIZES("sizes", 3, Bodies::sizes),

	/** Arrays and objects in each other, up to 100,000 deep. */
	NESTING("nesting", 4, Bodies::nesting),

	/** Members of the same name. */
	DUPLICATES("duplicate members", 3, Bodies::duplicates),

	/** What is no JSON, or lacks something. */
	SYNTAX("syntax", 9, Bodies::syntax),

	/** Bytes that are not UTF-8. */
	ENCODINGS("encodings", 6, Bodies::encodings),

	/** Media types and content codings. */
	MEDIA("media types", 4, Heads::media),

	/** Headers of every kind. */
	HEADERS("headers", 8, Heads::headers),

	/** Methods, real and invented. */
	METHODS("methods", 4, Heads::methods),

	/** Contradictions about the body's length. */
	LENGTHS("lengths", 3, Framing::lengths),

	/** Chunks, correct and broken. */
	CHUNKS("chunks", 3, Framing::chunks),

	/** Paths. */
	PATHS("paths", 8, Targets::paths),

	/** Queries. */
	QUERIES("queries", 6, Targets::queries),

	/** Request lines that are not those of HTTP. */
	LINES("request lines", 2, Targets::lines);

	private final String title;

	private final int weight;

	@SuppressWarnings("ImmutableEnumChecker") // references to methods without state
	private final BiConsumer<Draft, Dice> spoiler;

	Family(String title, int weight, BiConsumer<Draft, Dice> spoiler) {
		this.title = title;
		this.weight = weight;
		this.spoiler = spoiler;
	}

	String title() {
		return this.title;
	}

	/**
	 * How often it is used, relative to the others.
	 * @return the weight
	 */
	int weight() {
		return this.weight;
	}

	/**
	 * Whether it changes a body and leaves the rest alone, so that another one can
	 * follow.
	 * @return whether it goes with others
	 */
	boolean isAboutBodies() {
		return compareTo(TYPES) >= 0 && compareTo(ENCODINGS) <= 0;
	}

	void spoil(Draft draft, Dice dice) {
		this.spoiler.accept(draft, dice);
	}

}
