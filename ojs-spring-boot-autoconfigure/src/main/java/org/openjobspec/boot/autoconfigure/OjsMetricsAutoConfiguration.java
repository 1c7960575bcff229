package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.Locale;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.observe.OjsGauges;
import org.openjobspec.boot.observe.OjsMetrics;
import org.openjobspec.boot.observe.OjsPulse;
import org.openjobspec.boot.observe.UnhandledJobs;
import org.openjobspec.boot.worker.HandlerRegistry;
import org.openjobspec.boot.worker.OjsWorker;
import org.openjobspec.boot.worker.WorkerListener;

import org.springframework.boot.LazyInitializationExcludeFilter;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the meters {@code ojs.*}.
 */
@AutoConfiguration(after = { OjsAutoConfiguration.class, OjsWorkerAutoConfiguration.class },
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ JobEngine.class, MeterRegistry.class })
public final class OjsMetricsAutoConfiguration {

	private static final Duration MAX_AGE = Duration.ofSeconds(15);

	OjsMetricsAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	OjsMetrics ojsMetrics(JobEngine engine) {
		OjsMetrics metrics = new OjsMetrics();
		engine.onEvent(metrics::transition);
		engine.onAttempt(metrics);
		return metrics;
	}

	@Bean
	@ConditionalOnMissingBean
	OjsGauges ojsGauges(OjsPulse pulse) {
		return new OjsGauges(pulse);
	}

	@Bean
	WorkerListener ojsMetricsWorkerListener(OjsMetrics metrics) {
		return new WorkerListener() {

			@Override
			public void finished(Job job, Outcome outcome, Duration duration) {
				// What was handed back before it ran is no attempt.
				if (outcome != Outcome.RETURNED || !duration.isZero()) {
					metrics.attempt(job.queue(), job.type(), outcome.name().toLowerCase(Locale.ROOT), duration);
				}
			}

		};
	}

	@Bean
	@ConditionalOnBean(OjsWorker.class)
	MeterBinder ojsWorkerMeters(OjsWorker worker, JobEngine engine, HandlerRegistry handlers) {
		UnhandledJobs unhandled = new UnhandledJobs(engine, () -> OjsWorkerAutoConfiguration.queues(worker, handlers),
				handlers::types, MAX_AGE);
		return (registry) -> {
			Gauge.builder("ojs.worker.running", worker, OjsWorker::running)
				.description("Handlers that run on this node")
				.register(registry);
			Gauge.builder("ojs.worker.concurrency", worker, (all) -> all.settings().concurrency())
				.description("Handlers that may run at once on this node, apart from limits of their own")
				.strongReference(true)
				.register(registry);
			Gauge.builder("ojs.worker.buffered", worker, OjsWorker::buffered)
				.description("Jobs that this node has claimed and not started")
				.register(registry);
			Gauge.builder("ojs.job.unhandled", unhandled, UnhandledJobs::number)
				.description("Available jobs in the worker's queues that no handler of this application takes")
				.strongReference(true)
				.register(registry);
		};
	}

	@Bean
	static LazyInitializationExcludeFilter ojsMetricsLazyInitializationExcludeFilter() {
		return LazyInitializationExcludeFilter.forBeanTypes(OjsMetrics.class, OjsGauges.class);
	}

}
