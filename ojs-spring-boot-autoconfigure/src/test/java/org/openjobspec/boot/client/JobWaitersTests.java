package org.openjobspec.boot.client;

import java.time.Instant;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.openjobspec.boot.job.JobEvent;

import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Tests for {@link JobWaiters}.
 */
class JobWaitersTests {

	@Test
	void anEventWithoutAJobConcernsNobody() {
		JobEvent event = new JobEvent(JobEvent.WORKFLOW_CANCELLED, Instant.EPOCH, null, null, null, 0, Map.of());
		assertThatNoException().isThrownBy(() -> new JobWaiters().happened(event));
	}

}
