package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.observe.OjsHealthIndicator;
import org.openjobspec.boot.observe.OjsPulse;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the health indicator {@code ojs}.
 */
@AutoConfiguration(after = { OjsAutoConfiguration.class, OjsWorkerAutoConfiguration.class })
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(JobEngine.class)
@ConditionalOnEnabledHealthIndicator("ojs")
public final class OjsHealthAutoConfiguration {

	// Below the second or more that probes and load balancers usually wait.
	private static final Duration TIMEOUT = Duration.ofMillis(900);

	OjsHealthAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean(name = { "ojsHealthIndicator", "ojsHealthContributor" })
	OjsHealthIndicator ojsHealthContributor(JobEngine engine, OjsPulse pulse, SchemaGate gate,
			ObjectProvider<OjsWorker> workers) {
		@Nullable OjsWorker worker = workers.getIfAvailable();
		return new OjsHealthIndicator(engine, pulse, TIMEOUT, gate::obstacle,
				() -> (worker != null) ? details(worker) : Map.of());
	}

	private static Map<String, Object> details(OjsWorker worker) {
		return Map.of("worker", Map.of("state", worker.isRunning() ? "running" : "stopped", "running", worker.running(),
				"buffered", worker.buffered()));
	}

}
