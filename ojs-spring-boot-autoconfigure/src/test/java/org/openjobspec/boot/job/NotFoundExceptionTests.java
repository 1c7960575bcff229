package org.openjobspec.boot.job;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link NotFoundException}.
 */
class NotFoundExceptionTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			job               | finished jobs are removed after their retention period
			dead-letter job   | list of dead letters
			checkpoint of job | saved nothing
			workflow          | workflows are removed after their retention period
			cron job          | list of cron jobs
			schema            | list of schemas
			worker            | has sent a heartbeat
			queue             | list of queues
			rate limit        | no job has had
			teapot            | Check the name
			""")
	void theHintIsThatOfWhatIsMissing(String kind, String hint) {
		assertThat(new NotFoundException(kind, "x").hint()).contains(hint);
	}

}
