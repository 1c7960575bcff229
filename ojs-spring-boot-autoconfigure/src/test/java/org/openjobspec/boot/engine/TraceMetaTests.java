package org.openjobspec.boot.engine;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.job.JobRequest;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link TraceMeta} and {@link TraceParent}.
 */
class TraceMetaTests {

	private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

	private static final String OTHER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

	private static String added(String meta, Map<String, String> fields) {
		return TraceMeta.add(JobRequest.of("a").meta(meta).build(), fields).meta();
	}

	@Test
	void whatIsAddedStandsBesideWhatTheProducerHasWritten() {
		assertThat(added("{ \"b\" : 1.0 }", Map.of("traceparent", PARENT)))
			.isEqualTo("{ \"b\" : 1.0,\"traceparent\":\"" + PARENT + "\"}");
	}

	@Test
	void aValueIsWrittenAsJson() {
		assertThat(added("{}", Map.of("tracestate", "a=\"b\\"))).isEqualTo("{\"tracestate\":\"a=\\\"b\\\\\"}");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "{\"traceparent\":\"mine\"}", "{\"trace\\u0070arent\":null}", "{\"tracestate\":\"mine=1\"}" })
	void whatTheProducerSaysOfItsTraceIsKept_andNotMixedWithOurs(String meta) {
		assertThat(added(meta, Map.of("traceparent", PARENT, "tracestate", "a=b"))).isEqualTo(meta);
	}

	@Test
	void aMemberWithinAnotherIsNotTheProducersTrace() {
		assertThat(
				TraceMeta.read(added("{\"a\":{\"traceparent\":\"x\"}}", Map.of("traceparent", PARENT)), "traceparent"))
			.isEqualTo(PARENT);
	}

	@Test
	void aJobThatWouldBecomeTooLargeGoesWithout() {
		String meta = "{\"a\":\"" + "x".repeat(JobRequest.MAX_META_BYTES - 10) + "\"}";
		assertThat(added(meta, Map.of("traceparent", PARENT))).isEqualTo(meta);
	}

	@Test
	void baggageThatIsTooLargeIsLeftOut_andThatOfTheProducerKept() {
		assertThat(added("{}", Map.of("baggage", "a=" + "x".repeat(8192)))).isEqualTo("{}");
		assertThat(added("{\"baggage\":\"a=1\"}", Map.of("baggage", "a=2"))).isEqualTo("{\"baggage\":\"a=1\"}");
	}

	@Test
	void aStepAlsoSaysWhereItsWorkflowWasStarted() {
		assertThat(TraceMeta.addToStep(JobRequest.of("a").build(), Map.of("traceparent", PARENT)).meta())
			.isEqualTo("{\"traceparent\":\"%s\",\"ojs.workflow.trace_origin\":\"%s\"}".formatted(PARENT, PARENT));
	}

	@Test
	void metadataAreAlike_whateverTheySayOfTraces() {
		assertThat(TraceMeta.alike("{\"a\":1}", "{\"a\":1,\"traceparent\":\"" + PARENT + "\"}")).isTrue();
		assertThat(TraceMeta.alike("{\"traceparent\":\"" + OTHER + "\",\"a\":1}",
				"{\"a\":1,\"traceparent\":\"" + PARENT + "\",\"tracestate\":\"x=y\",\"baggage\":\"u=1\"}"))
			.isTrue();
		assertThat(TraceMeta.alike("{\"a\":1,\"traceparent\":\"" + PARENT + "\"}",
				"{\"a\":2,\"traceparent\":\"" + PARENT + "\"}"))
			.isFalse();
		assertThat(TraceMeta.alike("{\"a\":1}", "{\"a\": 1}")).isFalse();
	}

	@Test
	void onlyTextIsRead() {
		assertThat(TraceMeta.read("{\"traceparent\":7}", "traceparent")).isNull();
		assertThat(TraceMeta.read("{\"a\":\"traceparent\"}", "traceparent")).isNull();
		assertThat(TraceMeta.read("{\"a\":{\"b\":[1]},\"trace\\u0070arent\":\"x\"}", "traceparent")).isEqualTo("x");
	}

	@Test
	void aTraceparentNamesASpan() {
		assertThat(TraceParent.parse(PARENT))
			.contains(new TraceParent("4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", true));
		assertThat(TraceParent.parse(OTHER)).map(TraceParent::sampled).contains(false);
		assertThat(TraceParent.parse("cc" + PARENT.substring(2) + "-what-comes-later")).isPresent();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "00", "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
			"00-00000000000000000000000000000000-00f067aa0ba902b7-01",
			"00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
			"ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
			"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
			"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7" })
	void whatIsNoTraceparentNamesNone(String text) {
		assertThat(TraceParent.parse(text)).isEmpty();
		assertThat(TraceParent.parse(null)).isEmpty();
	}

}
