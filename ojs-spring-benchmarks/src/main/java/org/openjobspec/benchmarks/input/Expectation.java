package org.openjobspec.benchmarks.input;

/**
 * What a request must be told.
 */
enum Expectation {

	/** Done, or refused because of the job's state: nothing is wrong with the request. */
	SUCCESS("2xx, or 404 or 409 for the job's state"),

	/** Refused: nobody could make sense of it. */
	REFUSAL("4xx"),

	/** Whatever is not a failure of the server. */
	ANY("2xx or 4xx"),

	/**
	 * Asks for a method, version or coding that HTTP answers with 501 or 505 where the
	 * server has none.
	 */
	UNSUPPORTED("4xx, 501 or 505"),

	/** Ends before it is complete, so that there may be nothing to answer. */
	UNFINISHED("4xx, or closed without an answer"),

	/**
	 * A request of HTTP/0.9, which is a path alone and whose answer is a body alone.
	 */
	BODY("a body without a status line"),

	/**
	 * No HTTP request at all, or one that names no path of ours: the application's or the
	 * server's own words.
	 */
	NOT_OURS("any answer");

	private final String words;

	Expectation(String words) {
		this.words = words;
	}

	/**
	 * What is expected, for people.
	 * @return a phrase
	 */
	String words() {
		return this.words;
	}

}
