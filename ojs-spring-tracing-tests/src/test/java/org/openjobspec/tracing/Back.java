package org.openjobspec.tracing;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;
import org.slf4j.MDC;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * An application that does what has to be done.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Back.Handlers.class)
class Back {

	static class Handlers {

		/** What a handler has seen of its trace. */
		record Seen(String traceId, String spanId, @Nullable Map<String, String> logged) {
		}

		private final Map<UUID, Seen> seen = new ConcurrentHashMap<>();

		private final Tracer tracer;

		private final OjsTemplate jobs;

		Handlers(Tracer tracer, OjsTemplate jobs) {
			this.tracer = tracer;
			this.jobs = jobs;
		}

		Map<UUID, Seen> seen() {
			return this.seen;
		}

		@OjsHandler("order.pay")
		void pay(String item, JobContext context) {
			Span span = this.tracer.currentSpan();
			this.seen.put(context.job().id(), new Seen((span != null) ? span.context().traceId() : "none",
					(span != null) ? span.context().spanId() : "none", MDC.getCopyOfContextMap()));
			context.log().info("Paid for {}", item);
		}

		@OjsHandler("order.ship")
		String ship(String item) {
			return this.jobs.enqueue("order.pay", item).id().toString();
		}

		@OjsHandler(type = "order.flaky", retry = @OjsRetry(maxAttempts = 2, initialInterval = "10ms"))
		void flaky(JobContext context) {
			if (context.attempt() == 1) {
				throw new IllegalStateException("The bank does not answer");
			}
		}

		@OjsHandler(type = "order.booked", transactional = true)
		List<String> booked() {
			return List.of();
		}

	}

}
