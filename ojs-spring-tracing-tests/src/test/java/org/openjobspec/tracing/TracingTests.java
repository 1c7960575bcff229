package org.openjobspec.tracing;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.observe.OjsEnqueueContext;
import org.openjobspec.tracing.Back.Handlers;
import org.openjobspec.tracing.Back.Handlers.Seen;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * From a request to the handler, over two applications, with what Spring Boot's tracing
 * exports.
 */
@Timeout(120)
class TracingTests {

	private static final String REMOTE_TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";

	private static final String REMOTE = "00-" + REMOTE_TRACE + "-00f067aa0ba902b7-01";

	private static final AttributeKey<String> WORKFLOW_ID = AttributeKey.stringKey("ojs.workflow.id");

	private static List<SpanData> attempts(TracedNodes nodes, String id, int count) {
		return await().atMost(Duration.ofSeconds(30)).until(() -> nodes.attempts(id), (spans) -> spans.size() == count);
	}

	// Ends after its answer has been read.
	private static SpanData request(TracedNodes nodes, String spanId) {
		return await()
			.until(() -> nodes.spans(SpanKind.SERVER)
				.stream()
				.filter((span) -> span.getSpanId().equals(spanId))
				.findFirst(), Optional::isPresent)
			.orElseThrow();
	}

	private static void assertLinked(SpanData attempt, SpanData enqueue) {
		assertThat(attempt.getTraceId()).isNotEqualTo(enqueue.getTraceId());
		assertThat(attempt.getParentSpanContext().isValid()).isFalse();
		assertThat(attempt.getLinks()).singleElement()
			.extracting(LinkData::getSpanContext)
			.satisfies((link) -> assertThat(link.getTraceId()).isEqualTo(enqueue.getTraceId()))
			.satisfies((link) -> assertThat(link.getSpanId()).isEqualTo(enqueue.getSpanId()));
	}

	@Nested
	class Linked {

		private static TracedNodes nodes;

		@BeforeAll
		static void start() {
			nodes = new TracedNodes();
		}

		@AfterAll
		static void stop() {
			nodes.close();
		}

		private OjsTemplate jobs() {
			return nodes.front().getBean(OjsTemplate.class);
		}

		@Test
		void aJobIsEnqueuedInTheTraceOfItsRequest_andRunsInOneOfItsOwnThatLeadsBack() throws Exception {
			String id = nodes.post("/orders", "\"tea\"", "traceparent", REMOTE);
			SpanData attempt = attempts(nodes, id, 1).get(0);
			SpanData enqueue = nodes.enqueue(id);
			SpanData request = request(nodes, enqueue.getParentSpanId());
			assertThat(request.getTraceId()).isEqualTo(REMOTE_TRACE).isEqualTo(enqueue.getTraceId());
			assertThat(enqueue.getName()).isEqualTo("default enqueue");
			assertThat(attempt.getName()).isEqualTo("default process");
			assertThat(attempt.getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
			assertThat(attempt.getAttributes().asMap()).containsEntry(AttributeKey.stringKey("messaging.system"), "ojs")
				.containsEntry(AttributeKey.stringKey("messaging.operation.type"), "process")
				.containsEntry(AttributeKey.stringKey("messaging.destination.name"), "default")
				.containsEntry(AttributeKey.stringKey("ojs.job.type"), "order.pay")
				.containsEntry(AttributeKey.stringKey("ojs.job.outcome"), "completed")
				.containsEntry(AttributeKey.stringKey("ojs.job.attempt"), "1");
			assertThat(enqueue.getResource().getAttribute(AttributeKey.stringKey("service.name"))).isEqualTo("front");
			assertThat(attempt.getResource().getAttribute(AttributeKey.stringKey("service.name"))).isEqualTo("back");
			assertLinked(attempt, enqueue);
		}

		@Test
		void theHandlerWorksWithinItsSpan_andItsLogLinesTellIt() throws Exception {
			try (LogLines lines = new LogLines()) {
				String id = nodes.post("/orders", "\"tea\"");
				SpanData attempt = attempts(nodes, id, 1).get(0);
				Seen seen = nodes.back().getBean(Handlers.class).seen().get(UUID.fromString(id));
				assertThat(seen.traceId()).isEqualTo(attempt.getTraceId());
				assertThat(seen.spanId()).isEqualTo(attempt.getSpanId());
				assertThat(lines.with("Paid for", id)).singleElement()
					.satisfies((line) -> assertThat(line.getMDCPropertyMap())
						.containsEntry("traceId", attempt.getTraceId())
						.containsEntry("spanId", attempt.getSpanId())
						.containsEntry("ojs.job_type", "order.pay")
						.containsEntry("ojs.queue", "default")
						.containsEntry("ojs.attempt", "1"));
			}
		}

		@Test
		void aJobThatIsEnqueuedOverTheApiBelongsToTheTraceOfItsRequest() throws Exception {
			String body = nodes.post("/ojs/v1/jobs", "{\"type\":\"order.pay\",\"args\":[\"tea\"]}", "traceparent",
					REMOTE);
			String id = body.replaceFirst("(?s).*?\"id\":\"([^\"]+)\".*", "$1");
			SpanData attempt = attempts(nodes, id, 1).get(0);
			SpanData enqueue = nodes.enqueue(id);
			assertThat(enqueue.getTraceId()).isEqualTo(REMOTE_TRACE);
			assertThat(body).contains("\"traceparent\":\"00-" + REMOTE_TRACE + "-" + enqueue.getSpanId() + "-01\"");
			assertLinked(attempt, enqueue);
		}

		@Test
		void eachAttemptOfAJobLeadsBackToTheSameSpan_andAFailureIsAnError() {
			try (LogLines lines = new LogLines()) {
				String id = jobs().enqueue("order.flaky").id().toString();
				List<SpanData> attempts = attempts(nodes, id, 2);
				SpanData enqueue = nodes.enqueue(id);
				assertThat(attempts).allSatisfy((attempt) -> assertLinked(attempt, enqueue))
					.extracting(SpanData::getTraceId)
					.doesNotHaveDuplicates();
				SpanData failed = attempts.get(0);
				assertThat(failed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
				assertThat(failed.getEvents()).extracting((event) -> event.getName()).contains("exception");
				assertThat(failed.getAttributes().asMap())
					.containsEntry(AttributeKey.stringKey("error.type"), IllegalStateException.class.getName())
					.containsEntry(AttributeKey.stringKey("ojs.job.outcome"), "failed");
				assertThat(attempts.get(1).getStatus().getStatusCode()).isNotEqualTo(StatusCode.ERROR);
				assertThat(attempts.get(1).getAttributes().asMap())
					.containsEntry(AttributeKey.stringKey("ojs.job.attempt"), "2");
				assertThat(lines.with("Failed:", id)).singleElement()
					.satisfies((line) -> assertThat(line.getMDCPropertyMap()).containsEntry("traceId",
							failed.getTraceId()));
			}
		}

		@Test
		void theTraceThatTheProducerNamesIsKept() {
			Job job = jobs().request("order.pay").args("tea").meta("traceparent", REMOTE).enqueue();
			assertThat(job.meta()).isEqualTo("{\"traceparent\":\"" + REMOTE + "\"}");
			SpanData attempt = attempts(nodes, job.id().toString(), 1).get(0);
			assertThat(nodes.enqueue(job.id().toString()).getTraceId()).isNotEqualTo(REMOTE_TRACE);
			assertThat(attempt.getLinks()).singleElement()
				.extracting((link) -> link.getSpanContext().getTraceId())
				.isEqualTo(REMOTE_TRACE);
		}

		@Test
		void theJobsOfABatchLeadBackToOneSpan() {
			List<Job> batch = jobs().enqueueAll(List.of(JobRequest.of("order.pay").args("[\"tea\"]").build(),
					JobRequest.of("order.pay").args("[\"milk\"]").build()));
			SpanData first = attempts(nodes, batch.get(0).id().toString(), 1).get(0);
			SpanData second = attempts(nodes, batch.get(1).id().toString(), 1).get(0);
			String span = first.getLinks().get(0).getSpanContext().getSpanId();
			assertThat(second.getLinks().get(0).getSpanContext().getSpanId()).isEqualTo(span);
			assertThat(nodes.spans(SpanKind.PRODUCER)).filteredOn((each) -> each.getSpanId().equals(span))
				.singleElement()
				.satisfies((each) -> assertThat(each.getName()).isEqualTo("default enqueue_batch"))
				.satisfies((each) -> assertThat(
						each.getAttributes().get(AttributeKey.stringKey("messaging.batch.message_count")))
					.isEqualTo("2"));
		}

		@Test
		void theStepsOfAWorkflowLeadBackToTheSpanThatHasStartedIt() {
			Workflow workflow = jobs()
				.chain(jobs().request("order.pay").args("tea"), jobs().request("order.pay").args("milk"))
				.start();
			String id = workflow.id().toString();
			List<SpanData> attempts = await().atMost(Duration.ofSeconds(30))
				.until(() -> nodes.spans(SpanKind.CONSUMER)
					.stream()
					.filter((span) -> id.equals(span.getAttributes().get(WORKFLOW_ID)))
					.toList(), (spans) -> spans.size() == 2);
			SpanData enqueue = nodes.spans(SpanKind.PRODUCER)
				.stream()
				.filter((span) -> id.equals(span.getAttributes().get(WORKFLOW_ID)))
				.findFirst()
				.orElseThrow();
			assertThat(attempts).allSatisfy((attempt) -> assertLinked(attempt, enqueue));
		}

		@Test
		void aJobThatAHandlerEnqueuesBelongsToTheTraceOfItsAttempt() {
			String id = jobs().enqueue("order.ship", "tea").id().toString();
			SpanData shipping = attempts(nodes, id, 1).get(0);
			SpanData enqueue = nodes.spans(SpanKind.PRODUCER)
				.stream()
				.filter((span) -> span.getParentSpanId().equals(shipping.getSpanId()))
				.findFirst()
				.orElseThrow();
			assertThat(enqueue.getTraceId()).isEqualTo(shipping.getTraceId());
			String paid = String.valueOf(enqueue.getAttributes().get(AttributeKey.stringKey("ojs.job.id")));
			assertLinked(attempts(nodes, paid, 1).get(0), enqueue);
		}

		@Test
		void aTransactionalHandlerCommitsWithinItsSpan() {
			String id = jobs().enqueue("order.booked").id().toString();
			assertThat(attempts(nodes, id, 1).get(0).getAttributes().asMap())
				.containsEntry(AttributeKey.stringKey("ojs.job.outcome"), "completed");
		}

		@Test
		void aRunOfAPeriodicJobBeginsATrace() {
			jobs().cron("tick", "* * * * * *", "order.booked").register();
			SpanData enqueue = await().atMost(Duration.ofSeconds(30))
				.until(() -> nodes.spans(SpanKind.PRODUCER)
					.stream()
					.filter((span) -> "order.booked"
						.equals(span.getAttributes().get(AttributeKey.stringKey("ojs.job.type"))))
					.filter((span) -> !span.getParentSpanContext().isValid())
					.filter((span) -> isOfPeriodicJob(span))
					.findFirst(), Optional::isPresent)
				.orElseThrow();
			jobs().deleteCron("tick");
			String id = String.valueOf(enqueue.getAttributes().get(AttributeKey.stringKey("ojs.job.id")));
			assertLinked(attempts(nodes, id, 1).get(0), enqueue);
		}

		private boolean isOfPeriodicJob(SpanData enqueue) {
			String id = String.valueOf(enqueue.getAttributes().get(AttributeKey.stringKey("ojs.job.id")));
			return jobs().get(UUID.fromString(id)).filter((job) -> job.meta().contains("cron_name")).isPresent();
		}

	}

	@Nested
	class AsChildren {

		private static TracedNodes nodes;

		@BeforeAll
		static void start() {
			nodes = new TracedNodes("ojs.observation.relationship=child");
		}

		@AfterAll
		static void stop() {
			nodes.close();
		}

		@Test
		void oneTraceLeadsFromTheRequestToTheHandler() throws Exception {
			String id = nodes.post("/orders", "\"tea\"");
			SpanData attempt = attempts(nodes, id, 1).get(0);
			SpanData enqueue = nodes.enqueue(id);
			SpanData request = request(nodes, enqueue.getParentSpanId());
			assertThat(List.of(request, enqueue, attempt)).extracting(SpanData::getTraceId)
				.containsOnly(request.getTraceId());
			assertThat(request.getParentSpanContext().isValid()).isFalse();
			assertThat(attempt.getParentSpanId()).isEqualTo(enqueue.getSpanId());
			assertThat(attempt.getLinks()).isEmpty();
			assertThat(attempt.getName()).isEqualTo("default process");
			Seen seen = nodes.back().getBean(Handlers.class).seen().get(UUID.fromString(id));
			assertThat(seen.traceId()).isEqualTo(request.getTraceId());
		}

		@Test
		void eachAttemptOfAJobIsAChildOfTheSameSpan() {
			String id = nodes.front().getBean(OjsTemplate.class).enqueue("order.flaky").id().toString();
			assertThat(attempts(nodes, id, 2)).extracting(SpanData::getParentSpanId)
				.containsOnly(nodes.enqueue(id).getSpanId());
		}

	}

	@Nested
	class WithABrokenHandlerOfObservations {

		private static TracedNodes nodes;

		@BeforeAll
		static void start() {
			nodes = new TracedNodes();
			nodes.front().getBean(ObservationRegistry.class).observationConfig().observationHandler(new Broken());
		}

		@AfterAll
		static void stop() {
			nodes.close();
		}

		@Test
		void theThreadIsLeftAsItWas() {
			Tracer tracer = nodes.front().getBean(Tracer.class);
			nodes.front().getBean(OjsTemplate.class).enqueue("order.pay", "tea");
			assertThat(tracer.currentSpan()).isNull();
			assertThat(MDC.get("traceId")).isNull();
		}

		@Test
		void theThreadGoesOnInTheSpanInWhichItWas() {
			Tracer tracer = nodes.front().getBean(Tracer.class);
			ObservationRegistry registry = nodes.front().getBean(ObservationRegistry.class);
			Observation around = Observation.createNotStarted("around", registry).start();
			try (Observation.Scope scope = around.openScope()) {
				Span before = tracer.currentSpan();
				assertThat(before).isNotNull();
				nodes.front().getBean(OjsTemplate.class).enqueue("order.pay", "tea");
				assertThat(registry.getCurrentObservationScope()).isSameAs(scope);
				Span after = tracer.currentSpan();
				assertThat(after).isNotNull();
				assertThat(after.context().spanId()).isEqualTo(before.context().spanId());
			}
			finally {
				around.stop();
			}
			assertThat(tracer.currentSpan()).isNull();
		}

		private static final class Broken implements ObservationHandler<Observation.Context> {

			@Override
			public boolean supportsContext(Observation.Context context) {
				return context instanceof OjsEnqueueContext;
			}

			@Override
			public void onScopeClosed(Observation.Context context) {
				throw new IllegalStateException("broken");
			}

		}

	}

	@Test
	void whereTracesAreNotPropagatedJobsCarryNone() {
		try (TracedNodes nodes = new TracedNodes("management.tracing.export.enabled=false")) {
			Job job = nodes.front().getBean(OjsTemplate.class).enqueue("order.pay", "tea");
			assertThat(job.meta()).isEqualTo("{}");
		}
	}

	@Nested
	class InTheFormOfB3 {

		@Test
		void jobsCarryThatOfTheW3c_andAttemptsLeadBack() {
			try (TracedNodes nodes = new TracedNodes("management.tracing.propagation.type=b3")) {
				Job job = nodes.front().getBean(OjsTemplate.class).enqueue("order.pay", "tea");
				SpanData attempt = attempts(nodes, job.id().toString(), 1).get(0);
				SpanData enqueue = nodes.enqueue(job.id().toString());
				assertThat(job.meta()).isEqualTo(
						"{\"traceparent\":\"00-%s-%s-01\"}".formatted(enqueue.getTraceId(), enqueue.getSpanId()));
				assertLinked(attempt, enqueue);
			}
		}

		@ParameterizedTest
		@ValueSource(strings = { "b3", "b3_multi" })
		void attemptsMayBeChildren(String form) {
			try (TracedNodes nodes = new TracedNodes("management.tracing.propagation.type=" + form,
					"ojs.observation.relationship=child")) {
				String id = nodes.front().getBean(OjsTemplate.class).enqueue("order.pay", "tea").id().toString();
				SpanData attempt = attempts(nodes, id, 1).get(0);
				assertThat(attempt.getTraceId()).isEqualTo(nodes.enqueue(id).getTraceId());
				assertThat(attempt.getParentSpanId()).isEqualTo(nodes.enqueue(id).getSpanId());
			}
		}

	}

	@Nested
	class SwitchedOff {

		private static TracedNodes nodes;

		@BeforeAll
		static void start() {
			nodes = new TracedNodes("ojs.observation.enabled=false");
		}

		@AfterAll
		static void stop() {
			nodes.close();
		}

		@Test
		void thereIsNoSpanOfOurs_andNoMetadata_saveWhatTheRequestTells() throws Exception {
			Job job = nodes.front().getBean(OjsTemplate.class).enqueue("order.pay", "tea");
			assertThat(job.meta()).isEqualTo("{}");
			String body = nodes.post("/ojs/v1/jobs", "{\"type\":\"order.pay\",\"args\":[\"tea\"]}", "traceparent",
					REMOTE);
			assertThat(body).contains("\"traceparent\":\"" + REMOTE + "\"");
			await().atMost(Duration.ofSeconds(30)).until(() -> nodes.back().getBean(Handlers.class).seen().size() == 2);
			assertThat(nodes.spans(SpanKind.PRODUCER)).isEmpty();
			assertThat(nodes.spans(SpanKind.CONSUMER)).isEmpty();
			assertThat(nodes.spans(SpanKind.SERVER)).isNotEmpty();
		}

	}

	/** What is logged while it is open. */
	private static final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

		private final List<ILoggingEvent> lines = new CopyOnWriteArrayList<>();

		private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

		private LogLines() {
			setContext(this.root.getLoggerContext());
			start();
			this.root.addAppender(this);
		}

		@Override
		protected void append(ILoggingEvent event) {
			event.prepareForDeferredProcessing();
			this.lines.add(event);
		}

		private List<ILoggingEvent> with(String text, String job) {
			return this.lines.stream()
				.filter((line) -> line.getFormattedMessage().contains(text))
				.filter((line) -> job.equals(line.getMDCPropertyMap().get("ojs.job_id")))
				.toList();
		}

		@Override
		public void close() {
			this.root.detachAppender(this);
			stop();
		}

	}

}
