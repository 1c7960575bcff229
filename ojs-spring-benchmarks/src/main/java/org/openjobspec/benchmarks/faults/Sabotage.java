package org.openjobspec.benchmarks.faults;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
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
	COMPLETION("calm");

	private static final Pattern COMPLETE = Pattern.compile("(?s)DELETE FROM ojs\\.ready\\b.*'job\\.completed'");

	private static final Pattern END = Pattern.compile("(?s)DELETE FROM ojs\\.ready\\b.*\\bojs\\.outcome\\b");

	private static final Pattern CLAIM = Pattern.compile("(?s)UPDATE ojs\\.ready\\b.*\\bojs\\.claim\\b");

	private static final List<Change> FENCES = List.of(
			new Change(END, "((?:\\w+\\.)?worker) = ([^\\s()]+) AND ((?:\\w+\\.)?attempt) = ([^\\s()]+)",
					"($1 = $2 OR true) AND ($3 = $4 OR true)", true),
			new Change(END, "USING \\(job_id, worker, attempt\\)", "USING (job_id)", false));

	private static final List<Change> LOCKS = List.of(
			new Change(CLAIM, "FOR UPDATE(?: OF \\w+)? SKIP LOCKED", "", true),
			new Change(CLAIM, "\\bctid\\b", "job_id", true));

	private final String fault;

	Sabotage(String fault) {
		this.fault = fault;
	}

	private List<Change> changes() {
		return switch (this) {
			case FENCING -> FENCES;
			case ROW_LOCK -> LOCKS;
			case COMPLETION -> List.of();
		};
	}

	String label() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

	static Sabotage of(String label) {
		return valueOf(label.toUpperCase(Locale.ROOT).replace('-', '_'));
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
			if (change.statement().matcher(sql).find()) {
				Matcher matcher = change.pattern().matcher(text);
				if (matcher.find()) {
					text = matcher.replaceAll(change.replacement());
				}
				else if (change.required()) {
					throw new IllegalStateException(
							"The statement has no '%s' any more: %s".formatted(change.pattern(), sql));
				}
			}
		}
		return text;
	}

	/** Whether a statement is to run outside of the transaction that it belongs to. */
	boolean separates(String sql) {
		return this == COMPLETION && COMPLETE.matcher(sql).find();
	}

	private record Change(Pattern statement, Pattern pattern, String replacement, boolean required) {

		Change(Pattern statement, String pattern, String replacement, boolean required) {
			this(statement, Pattern.compile(pattern), replacement, required);
		}

	}

}
