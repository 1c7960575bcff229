package org.openjobspec.benchmarks.faults;

import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

/**
 * A promise that was broken.
 *
 * @param rule which
 * @param job whose; {@code null} when it is not about one job
 * @param what what was seen, in a sentence
 * @param history all that is known of the job
 */
record Violation(Rule rule, @Nullable UUID job, String what, List<String> history) {

	static Violation of(Rule rule, History history, String what) {
		return new Violation(rule, history.id(), what, history.lines());
	}

	static Violation of(Rule rule, String what) {
		return new Violation(rule, null, what, List.of());
	}

	/** The promises. */
	enum Rule {

		/** An acknowledged job ends, and an acknowledged end stays. */
		LOST("lost"),

		/** What was rolled back, or never asked for, is not there. */
		PHANTOM("phantom"),

		/** A job and the row beside it are there together or not at all. */
		TORN("torn"),

		/** A job completes once. */
		DOUBLE_COMPLETION("double"),

		/** A transactional handler's row is there if and only if it has completed. */
		EFFECT("effect"),

		/** A job ends in the state that its handler leads to. */
		WRONG_END("wrong end"),

		/** Within a queue: by priority, then in the order of insertion. */
		ORDER("order"),

		/** Only the holder of an attempt runs it, ends it and is believed. */
		LEASE("lease"),

		/** Attempts are counted one by one. */
		ATTEMPT("attempt"),

		/** Only transitions that the specification knows. */
		TRANSITION("transition"),

		/** A second execution needs a node that died or stalled, or a database away. */
		REEXECUTION("re-execution"),

		/** Nothing starts before it is due. */
		EARLY("early"),

		/**
		 * A tick of a periodic job makes one job, and those that were missed make one.
		 */
		TICK("tick"),

		/** What a workflow says runs, once, in its order, and nothing else. */
		WORKFLOW("workflow"),

		/** One job at a time has a key. */
		UNIQUE("unique"),

		/** Each request gets an answer that fits it. */
		ANSWER("answer"),

		/** The feed of events delivers each of them once. */
		FEED("feed"),

		/** Work goes on within the heartbeat timeout and five seconds. */
		RECOVERY("recovery"),

		/** Memory does not grow. */
		MEMORY("memory");

		private final String label;

		Rule(String label) {
			this.label = label;
		}

		String label() {
			return this.label;
		}

	}

}
