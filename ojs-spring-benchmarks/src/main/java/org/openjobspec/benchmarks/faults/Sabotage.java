package org.openjobspec.benchmarks.faults;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Ways to break the library's SQL, to see that the checker notices. The texts of the
 * library may change, so patterns are small, and a node ends when one does not fit.
 */
enum Sabotage {

	/** Completions and failures of whoever reports, for whichever attempt. */
	FENCING("pause-node"),

	/** Claims that neither lock what they find nor look again whether it is free. */
	ROW_LOCK("calm"),

	/** Completions of transactional handlers that commit before their transaction. */
	COMPLETION("calm"),

	/** Keys that are looked at without a lock. */
	UNIQUENESS("calm"),

	/** Ticks of periodic jobs that are passed over. */
	TICK("calm"),

	/** Steps of workflows that begin when the first of those before them ends. */
	WORKFLOW("calm");

	private static final Pattern COMPLETE = Pattern.compile("(?s)DELETE FROM ojs\\.ready\\b.*'job\\.completed'");

	private static final String END = "DELETE FROM ojs\\.ready\\b.*'job\\.(?:completed|failed)'";

	private static final List<Change> FENCES = List.of(
			new Change("(?s)" + END,
					new Replacement("((?:\\w+\\.)?worker) = ([^\\s();]+) AND ((?:\\w+\\.)?attempt) = ([^\\s();]+)",
							"($1 = $2 OR true) AND ($3 = $4 OR true)"),
					new Replacement("(\\w+\\.worker IN \\([^()]*\\))", "($1 OR true)")),
			new Change("(?s)^(?=.*\\bAND (?:\\w+\\.)?started_at\\b).*" + END,
					new Replacement("((?:\\w+\\.)?started_at = coalesce\\([^()]*\\))", "($1 OR true)")));

	private static final String CLAIM = "(?s)UPDATE ojs\\.ready\\b.*\\bojs\\.claim\\b.*'job\\.started'";

	private static final List<Change> LOCKS = List.of(
			new Change(CLAIM, new Replacement("FOR UPDATE(?: OF \\w+)? SKIP LOCKED", "")),
			new Change(CLAIM, new Replacement("\\bctid\\b", "job_id")));

	private static final List<Change> KEYS = List
		.of(new Change("(?s)^\\s*SELECT job_id.*FROM ojs\\.unique_key\\b", new Replacement("FOR UPDATE", "")));

	private static final List<Change> TICKS = List
		.of(new Change("(?s)UPDATE ojs\\.cron SET next_run_at = .*\\bRETURNING run_count",
				new Replacement("SET next_run_at = ([^,]+),", "SET next_run_at = $1 + interval '1 second',")));

	private static final List<Change> STEPS = List.of(new Change("(?s)UPDATE ojs\\.step\\b.*\\bFROM counted\\b",
			new Replacement("FROM counted WHERE open = 0 AND", "FROM counted WHERE")));

	private final String fault;

	Sabotage(String fault) {
		this.fault = fault;
	}

	private List<Change> changes() {
		return switch (this) {
			case FENCING -> FENCES;
			case ROW_LOCK -> LOCKS;
			case COMPLETION -> List.of();
			case UNIQUENESS -> KEYS;
			case TICK -> TICKS;
			case WORKFLOW -> STEPS;
		};
	}

	String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static Sabotage of(String label) {
		return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
	}

	/** Whether each node runs such statements; ticks mostly stay with one. */
	boolean onEveryNode() {
		return this != TICK;
	}

	/** The fault under which it shows. */
	String fault() {
		return this.fault;
	}

	/**
	 * Breaks a statement.
	 * @param sql the statement
	 * @return the broken statement, or the same if it is none of those
	 * @throws IllegalStateException if it is one of those and does not look as expected
	 */
	String apply(String sql) {
		String text = sql;
		for (Change change : changes()) {
			if (change.statement().matcher(text).find()) {
				text = change.apply(text);
			}
		}
		return text;
	}

	/** Whether a statement is to run outside of the transaction that it belongs to. */
	boolean separates(String sql) {
		return this == COMPLETION && COMPLETE.matcher(sql).find();
	}

	/** What to do to a kind of statement; one replacement at least must fit. */
	private record Change(Pattern statement, List<Replacement> replacements) {

		Change(String statement, Replacement... replacements) {
			this(Pattern.compile(statement), List.of(replacements));
		}

		private String apply(String sql) {
			String text = sql;
			for (Replacement replacement : this.replacements) {
				text = replacement.pattern().matcher(text).replaceAll(replacement.text());
			}
			if (text.equals(sql)) {
				throw new IllegalStateException(
						"The statement has none of %s any more: %s".formatted(this.replacements, sql));
			}
			return text;
		}

	}

	private record Replacement(Pattern pattern, String text) {

		Replacement(String pattern, String text) {
			this(Pattern.compile(pattern), text);
		}

	}

}
