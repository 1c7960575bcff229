package org.openjobspec.boot.test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;

import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of the assertions and of what they say when they fail.
 */
@OjsTest
class AssertionsTests {

	@Autowired
	private OjsJobs ojs;

	@Autowired
	private OjsTemplate jobs;

	private static void fails(ThrowingCallable assertion, String... parts) {
		assertThatExceptionOfType(AssertionError.class).isThrownBy(assertion)
			.satisfies((error) -> assertThat(error.getMessage()).contains(parts));
	}

	@Test
	void whatWasEnqueuedInsteadIsListed() {
		this.jobs.request("email.send").args("ada@example.com", "welcome").queue("mail").priority(3).enqueue();
		fails(() -> assertThat(this.ojs).hasEnqueued("email.sent"), "Expected a job of type 'email.sent'",
				"email.send [\"ada@example.com\",\"welcome\"] on queue 'mail', available, priority 3");
		fails(() -> assertThat(this.ojs).hasEnqueued("email.send").withArgs("bob@example.com", "welcome"),
				"with args [\"bob@example.com\",\"welcome\"]", "[\"ada@example.com\",\"welcome\"]");
		fails(() -> assertThat(this.ojs).hasEnqueued("email.send").onQueue("default"), "on queue 'default'");
		fails(() -> assertThat(this.ojs).hasEnqueued("email.send").withPriority(4), "with priority 4");
		fails(() -> assertThat(this.ojs).hasEnqueued("email.send").withArgs("ada@example.com", "welcome").exactly(2),
				"exactly 2 jobs of type 'email.send', with args", "there are 1");
		fails(() -> assertThat(this.ojs).hasNotEnqueued("email.send"), "Expected no job of type 'email.send'");
		fails(() -> assertThat(this.ojs).hasNotEnqueuedWithArgs("email.send", "ada@example.com", "welcome"),
				"with args");
		fails(() -> assertThat(this.ojs).hasNoJobs(), "no job at all");
		fails(() -> assertThat(this.ojs).hasNothingLeftToDo(), "has not ended");
		fails(() -> assertThat(this.ojs).hasEnqueuedExactly(2), "Expected 2 jobs");
		assertThat(this.ojs).hasNotEnqueued("email.sent")
			.hasNotEnqueuedWithArgs("email.send", "bob@example.com", "welcome")
			.hasEnqueued("email.send")
			.onQueue("mail")
			.withPriority(3)
			.withArgs("ada@example.com", "welcome")
			.unscheduled()
			.once()
			.and()
			.hasEnqueuedExactly(1);
	}

	@Test
	void nothingIsSaidToBeThere() {
		fails(() -> assertThat(this.ojs).hasEnqueued("email.send"), "none");
	}

	@Test
	void argumentsAreComparedByStructure() {
		this.jobs.enqueue("report.render", Map.of("b", 1, "a", List.of(1.50, "x")), 10, null);
		assertThat(this.ojs).hasEnqueued("report.render").withArgs(new Wish(List.of(1.5, "x"), 1), 10.0, null);
		fails(() -> assertThat(this.ojs).hasEnqueued("report.render")
			.withArgs(new Wish(List.of("x", 1.5), 1), 10, null), "with args");
		fails(() -> assertThat(this.ojs).hasEnqueued("report.render").withArgs(new Wish(List.of(1.5, "x"), 1), 10),
				"with args");
		assertThat(this.ojs).hasEnqueued("report.render")
			.withArgSatisfying(0, Wish.class, (wish) -> assertThat(wish.b()).isEqualTo(1));
		fails(() -> assertThat(this.ojs).hasEnqueued("report.render")
			.withArgSatisfying(0, Wish.class, (wish) -> assertThat(wish.b()).isEqualTo(2)), "an argument 0 that fits",
				"expected: 2");
	}

	@Test
	void metadataAndTimesAreCompared() {
		Instant tomorrow = Instant.now().plus(Duration.ofDays(1));
		this.jobs.request("email.send")
			.args("a", "t")
			.at(tomorrow)
			.meta("campaign", Map.of("name", "autumn"))
			.enqueue();
		assertThat(this.ojs).hasEnqueued("email.send")
			.scheduledAt(tomorrow)
			.withMeta("campaign", Map.of("name", "autumn"));
		fails(() -> assertThat(this.ojs).hasEnqueued("email.send").scheduledAt(tomorrow.plusSeconds(5)),
				"scheduled at");
		fails(() -> assertThat(this.ojs).hasEnqueued("email.send").scheduledIn(Duration.ofHours(1)), "scheduled PT1H");
		fails(() -> assertThat(this.ojs).hasEnqueued("email.send").unscheduled(), "not scheduled", "scheduled until");
		fails(() -> assertThat(this.ojs).hasEnqueued("email.send").withMeta("campaign", "autumn"), "campaign");
		fails(() -> assertThat(this.ojs).hasEnqueued("email.send").withMeta("tenant", "acme"), "tenant");
	}

	@Test
	void aJobThatWasReadBeforeItRanIsToldOf() {
		Job job = this.jobs.enqueue("parcel.pack", "Ada");
		this.ojs.drain();
		fails(() -> assertThat(job).isCompleted(), "Expected the job to be completed", "available",
				"assertThat(ojs).job(job) reads it anew");
		assertThat(this.ojs.get(job)).isCompleted().hasAttempts(1).hasArgs("Ada");
		fails(() -> assertThat(this.ojs).job(job).hasAttempts(2), "to have had 2 attempts", "attempt 1");
		fails(() -> assertThat(this.ojs).job(job).hasResult("x"), "the result \"x\"", "\"weight\":1.5");
		fails(() -> assertThat(this.ojs).job(job).isDiscarded(), "to be discarded");
		fails(() -> assertThat(this.ojs).job(job).hasArgs("Bob"), "to have args [\"Bob\"]");
		fails(() -> assertThat(this.ojs).job(job).isOnQueue("mail"), "to be on queue 'mail'");
		fails(() -> assertThat(this.ojs).job(job).hasFailureMessageContaining("x"), "to have failed");
		assertThat(this.ojs).job(job)
			.hasResultSatisfying(ParcelHandlers.Packed.class,
					(packed) -> assertThat(packed.address()).isEqualTo("Ada"));
	}

	@Test
	void aFailureIsToldOf() {
		Job job = this.jobs.enqueue("parcel.seal", " ");
		this.ojs.drain();
		assertThat(this.ojs).job(job).isDiscarded().hasFailedWith(IllegalStateException.class);
		fails(() -> assertThat(this.ojs).job(job).isCompleted(), "java.lang.IllegalStateException",
				"A parcel needs an address");
		fails(() -> assertThat(this.ojs).job(job).hasFailedWith(IllegalArgumentException.class),
				"to have failed with java.lang.IllegalArgumentException");
		fails(() -> assertThat(this.ojs).job(job).isExpired(), "to be expired");
		fails(() -> assertThat(this.ojs).job(job).isDeadLettered(), "dead letter");
	}

	record Wish(List<Object> a, int b) {
	}

}
