package org.openjobspec.boot.autoconfigure;

import java.util.List;

/**
 * It cannot be told which DataSource holds the jobs.
 */
final class OjsDataSourceException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient List<String> candidates;

	OjsDataSourceException(List<String> candidates) {
		super(candidates.isEmpty() ? "The Open Job Spec backend needs a DataSource, and there is none."
				: "The Open Job Spec backend needs one DataSource, and cannot choose between %s."
					.formatted(String.join(", ", candidates)));
		this.candidates = candidates;
	}

	List<String> candidates() {
		return this.candidates;
	}

}
