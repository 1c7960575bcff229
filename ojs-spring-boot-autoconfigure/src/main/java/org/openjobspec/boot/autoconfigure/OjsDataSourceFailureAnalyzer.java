package org.openjobspec.boot.autoconfigure;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Tells the user which DataSource is missing.
 */
final class OjsDataSourceFailureAnalyzer extends AbstractFailureAnalyzer<OjsDataSourceException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, OjsDataSourceException cause) {
		String action = cause.candidates().isEmpty() ? """
				Consider the following:
					Name a PostgreSQL with 'spring.datasource.url', or define a DataSource bean.
					If this application is not to be a backend, set 'ojs.enabled=false'."""
				: "Mark the DataSource that is to hold the jobs with @OjsDataSource, or one of them with @Primary.";
		return new FailureAnalysis(cause.getMessage(), action, cause);
	}

}
