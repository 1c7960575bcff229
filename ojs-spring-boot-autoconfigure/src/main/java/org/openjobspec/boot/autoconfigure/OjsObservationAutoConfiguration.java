package org.openjobspec.boot.autoconfigure;

import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;

import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.TraceParent;
import org.openjobspec.boot.observe.OjsEnqueueObservationConvention;
import org.openjobspec.boot.observe.OjsLinkTracingObservationHandler;
import org.openjobspec.boot.observe.OjsObservation.LowCardinality;
import org.openjobspec.boot.observe.OjsObservations;
import org.openjobspec.boot.observe.OjsProcessObservationConvention;
import org.openjobspec.boot.worker.ExecutionObserver;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * {@link AutoConfiguration Auto-configuration} for observations of jobs that are enqueued
 * and of attempts, and for their traces.
 */
@AutoConfiguration(after = OjsAutoConfiguration.class,
		afterName = { "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration",
				"org.springframework.boot.micrometer.tracing.autoconfigure.MicrometerTracingAutoConfiguration" })
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean({ JobEngine.class, ObservationRegistry.class })
@ConditionalOnBooleanProperty(name = "ojs.observation.enabled", matchIfMissing = true)
public final class OjsObservationAutoConfiguration {

	OjsObservationAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	OjsObservations ojsObservations(JobEngine engine, ObservationRegistry registry,
			ObjectProvider<OjsEnqueueObservationConvention> enqueue,
			ObjectProvider<OjsProcessObservationConvention> process, ObjectProvider<CurrentTrace> trace) {
		OjsObservations observations = new OjsObservations(registry, enqueue.getIfAvailable(), process.getIfAvailable(),
				trace.getIfAvailable(() -> Optional::empty));
		engine.observeEnqueues(observations);
		return observations;
	}

	@Bean
	@ConditionalOnMissingBean
	ExecutionObserver ojsExecutionObserver(OjsObservations observations) {
		return (job) -> {
			OjsObservations.Attempt attempt = observations.begin(job);
			return (attempt == null) ? null
					: (outcome, thrown) -> attempt.end(outcome.name().toLowerCase(Locale.ROOT), thrown);
		};
	}

	/** The span in which the current thread works, if it does in one. */
	@FunctionalInterface
	interface CurrentTrace extends Supplier<Optional<TraceParent>> {

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(Tracer.class)
	@ConditionalOnBean(Tracer.class)
	static class TracingConfiguration {

		/** Before the one that continues every trace, whose order is 1000. */
		private static final int ORDER = 500;

		@Bean
		CurrentTrace ojsCurrentTrace(Tracer tracer) {
			return () -> Optional.ofNullable(tracer.currentSpan())
				.map(Span::context)
				.filter((context) -> !context.traceId().isEmpty())
				.map((context) -> new TraceParent(padded(context.traceId()), context.spanId(),
						Boolean.TRUE.equals(context.sampled())));
		}

		// Brave may make ids of half the length.
		private static String padded(String traceId) {
			return "0".repeat(Math.max(0, 32 - traceId.length())) + traceId;
		}

		@Bean
		@Order(ORDER)
		@ConditionalOnMissingBean
		@ConditionalOnProperty(name = "ojs.observation.relationship", havingValue = "link", matchIfMissing = true)
		OjsLinkTracingObservationHandler ojsLinkTracingObservationHandler(Tracer tracer) {
			return new OjsLinkTracingObservationHandler(tracer);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterFilter.class)
	static class MeterConfiguration {

		/** As many as the other meters tell apart. */
		private static final int MAX = 1000;

		// A client may send any number of queues and types, and a meter never goes away.
		@Bean
		MeterFilter ojsEnqueueQueuesMeterFilter() {
			return bounded(LowCardinality.QUEUE);
		}

		@Bean
		MeterFilter ojsEnqueueTypesMeterFilter() {
			return bounded(LowCardinality.TYPE);
		}

		private static MeterFilter bounded(LowCardinality tag) {
			return MeterFilter.maximumAllowableTags("ojs.job.enqueue", tag.asString(), MAX, MeterFilter.deny());
		}

	}

}
