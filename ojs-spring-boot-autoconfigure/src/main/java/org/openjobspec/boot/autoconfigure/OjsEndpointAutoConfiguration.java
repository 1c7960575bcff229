package org.openjobspec.boot.autoconfigure;

import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.TypeDefaults;
import org.openjobspec.boot.observe.OjsEndpoint;
import org.openjobspec.boot.observe.OjsEndpointWebExtension;
import org.openjobspec.boot.worker.HandlerRegistry;

import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.web.annotation.EndpointWebExtension;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/**
 * {@link AutoConfiguration Auto-configuration} for the Actuator endpoint {@code ojs}. It
 * is there where the application exposes it.
 */
@AutoConfiguration(after = OjsAutoConfiguration.class)
@ConditionalOnClass({ Endpoint.class, EndpointWebExtension.class, ConditionalOnAvailableEndpoint.class })
@ConditionalOnBean(JobEngine.class)
@ConditionalOnAvailableEndpoint(endpoint = OjsEndpoint.class)
public final class OjsEndpointAutoConfiguration {

	OjsEndpointAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	OjsEndpoint ojsEndpoint(JobEngine engine, HandlerRegistry handlers) {
		return new OjsEndpoint(engine, () -> describe(handlers));
	}

	@Bean
	@ConditionalOnMissingBean
	OjsEndpointWebExtension ojsEndpointWebExtension(OjsEndpoint endpoint) {
		return new OjsEndpointWebExtension(endpoint);
	}

	private static List<OjsEndpoint.Handler> describe(HandlerRegistry handlers) {
		return handlers.types().stream().sorted().flatMap((type) -> describe(type, handlers)).toList();
	}

	private static Stream<OjsEndpoint.Handler> describe(String type, HandlerRegistry handlers) {
		TypeDefaults defaults = handlers.defaults(type);
		return (defaults == null) ? Stream.empty()
				: Stream.of(new OjsEndpoint.Handler(type, Objects.requireNonNullElse(handlers.method(type), ""),
						defaults.queue(), defaults.timeout(), defaults.retry().maxAttempts()));
	}

}
