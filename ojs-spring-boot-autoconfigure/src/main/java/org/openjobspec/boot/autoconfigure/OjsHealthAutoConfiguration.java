package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.util.Map;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.observe.OjsHealthIndicator;

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
@AutoConfiguration(after = OjsAutoConfiguration.class)
@ConditionalOnClass({ HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(JobEngine.class)
@ConditionalOnEnabledHealthIndicator("ojs")
public final class OjsHealthAutoConfiguration {

	// Below the second or more that probes and load balancers usually wait.
	private static final Duration TIMEOUT = Duration.ofMillis(900);

	@Bean
	@ConditionalOnMissingBean(name = { "ojsHealthIndicator", "ojsHealthContributor" })
	OjsHealthIndicator ojsHealthContributor(JobEngine engine) {
		return new OjsHealthIndicator(engine, TIMEOUT, Map::of);
	}

}
