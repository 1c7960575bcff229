package org.openjobspec.boot.autoconfigure;

import java.util.List;

import io.micrometer.core.instrument.MeterRegistry;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.observe.OjsMetrics;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the meters {@code ojs.*}.
 */
@AutoConfiguration(after = OjsAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean({ JobEngine.class, MeterRegistry.class })
public final class OjsMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	OjsMetrics ojsMetrics(JobEngine engine) {
		OjsMetrics metrics = new OjsMetrics(List.of());
		engine.onEvent(metrics::transition);
		return metrics;
	}

}
