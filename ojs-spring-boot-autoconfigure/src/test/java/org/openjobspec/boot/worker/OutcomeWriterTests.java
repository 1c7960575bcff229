package org.openjobspec.boot.worker;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.engine.FetchRequest;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Tests of what is written of ended attempts, without a worker around.
 */
@ExtendWith(OutputCaptureExtension.class)
class OutcomeWriterTests {

	private final WorkerFixture node = new WorkerFixture(new WorkerFixture.Nothing());

	@AfterEach
	void close() {
		this.node.close();
	}

	@Test
	void twoClaimsOfOneJobAreJudgedEachByItself(CapturedOutput output) {
		Job job = this.node.template().enqueue("nothing");
		HeldJob undone = claim();
		this.node.undoClaims();
		HeldJob again = claim();
		List<HeldJob> written = new ArrayList<>();
		OutcomeWriter writer = new OutcomeWriter(this.node.engine(), new Outages(), written::add);
		writer.add(undone, new Ending.Completed("1"));
		writer.add(again, new Ending.Completed("2"));
		writer.close();
		writer.run();
		assertThat(written).containsExactly(undone, again);
		assertThat(this.node.read(job.id()).state()).isEqualTo(JobState.COMPLETED);
		assertThat(this.node.read(job.id()).result()).isEqualTo("2");
		assertThat(output).containsOnlyOnce("The outcome of " + undone + " is void");
	}

	private HeldJob claim() {
		FetchRequest request = new FetchRequest(List.of("default"), null, 1, "w1", null, false);
		List<Job> jobs = await().until(() -> this.node.engine().fetch(request), (found) -> !found.isEmpty());
		return WorkerFixture.held(jobs.get(0));
	}

}
