package org.openjobspec.boot.engine;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.BackendUnavailableException;
import org.openjobspec.boot.job.InvalidRequestException;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Redaction}.
 */
class RedactionTests {

	@Test
	void whatProducersAreToldIsShown() {
		InvalidRequestException refusal = InvalidRequestException.typeNotAllowed("a", "strict");
		assertThat(Redaction.ofEnqueue(refusal)).isSameAs(refusal);
		BackendUnavailableException away = new BackendUnavailableException("enqueue",
				new SQLException("Connection to db:5432 refused", "08001"));
		assertThat(Redaction.ofEnqueue(away)).isSameAs(away);
	}

	@Test
	void whereArgumentsDoNotFitTheirSchemaIsNot() {
		assertHidden(InvalidRequestException.schema("at args/0/prices/4711-pin/amount", Map.of()));
	}

	@Test
	void whatTheDatabaseQuotesIsNot() {
		assertHidden(new BackendUnavailableException("enqueue",
				new SQLException("ERROR: deadlock detected\n  Detail: Key (pin)=(4711-pin)", "40P01")));
		assertHidden(new BackendUnavailableException("enqueue", new BatchUpdateException(
				"Batch entry 0 INSERT … VALUES ('4711-pin') was aborted", "08006", new int[0])));
		assertHidden(new IllegalStateException("cannot take 4711-pin"));
	}

	private static void assertHidden(Throwable failure) {
		Throwable shown = Redaction.ofEnqueue(failure);
		assertThat(Redaction.type(shown)).isEqualTo(failure.getClass().getName());
		for (Throwable each = shown; each != null; each = each.getCause()) {
			assertThat(each.toString()).doesNotContain("4711");
		}
	}

}
