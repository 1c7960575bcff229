package org.openjobspec.boot.test;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.worker.OjsEnqueue;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.transaction.TestTransaction;

import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests that events become jobs in every mode, as those of the template.
 */
class EnqueuedEventsTests {

	@Nested
	@SpringBootTest
	@Import(Handlers.class)
	@AutoConfigureOjsTest
	class Drained {

		@Autowired
		private OjsJobs ojs;

		@Test
		void eventsAreHandledWithDrain(@Autowired ApplicationEventPublisher publisher) {
			publisher.publishEvent(new Shipped("p-1"));
			publisher.publishEvent(new Lost("p-2"));
			assertThat(this.ojs).hasEnqueued("parcel.notify").withArgs(new Shipped("p-1")).once();
			assertThat(this.ojs).hasEnqueued("parcel.lost").withArgs(new Lost("p-2")).once();
			this.ojs.drain();
			assertThat(this.ojs).hasEnqueued("parcel.notify").job().isCompleted().hasResult("p-1");
		}

	}

	@Nested
	@SpringBootTest
	@Import(Handlers.class)
	@AutoConfigureOjsTest(mode = JobMode.INLINE)
	class Inline {

		@Autowired
		private OjsJobs ojs;

		@Test
		void eventsAreHandledBeforeTheCallReturns(@Autowired ApplicationEventPublisher publisher) {
			publisher.publishEvent(new Shipped("p-1"));
			assertThat(this.ojs).hasEnqueued("parcel.notify").job().isCompleted().hasResult("p-1");
		}

	}

	@Nested
	@SpringBootTest(classes = FakeTests.WithoutDatabase.class)
	@Import(Handlers.class)
	@AutoConfigureOjsTest(mode = JobMode.FAKE)
	class Fake {

		@Autowired
		private OjsJobs ojs;

		@Test
		void eventsAreRecorded(@Autowired ApplicationEventPublisher publisher) {
			publisher.publishEvent(new Shipped("p-1"));
			publisher.publishEvent(new Lost("p-2"));
			assertThat(this.ojs).hasEnqueued("parcel.notify").withArgs(new Shipped("p-1")).once();
			assertThat(this.ojs).hasEnqueued("parcel.lost").once();
		}

	}

	@Nested
	@OjsTest
	@Import(Handlers.class)
	class Sliced {

		@Autowired
		private OjsJobs ojs;

		@Test
		void eventsAreHandledInTheTestsTransaction(@Autowired ApplicationEventPublisher publisher) {
			publisher.publishEvent(new Shipped("p-1"));
			org.assertj.core.api.Assertions.assertThat(TestTransaction.isActive()).isTrue();
			this.ojs.drain();
			assertThat(this.ojs).hasEnqueued("parcel.notify").job().isCompleted();
		}

	}

	record Shipped(String parcel) {
	}

	@OjsEnqueue("parcel.lost")
	record Lost(String parcel) {
	}

	static class Handlers {

		@OjsHandler("parcel.notify")
		@OjsEnqueue
		String notifyCustomer(Shipped event) {
			return event.parcel();
		}

	}

}
