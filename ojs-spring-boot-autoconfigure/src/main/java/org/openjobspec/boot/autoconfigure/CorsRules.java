package org.openjobspec.boot.autoconfigure;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.web.cors.CorsConfiguration;

/**
 * Makes Spring's rules of the properties, which are read where there is no Spring Web,
 * too.
 */
final class CorsRules {

	/** What the API answers beside the body. */
	private static final List<String> EXPOSED = List.of("OJS-Version", "X-Request-Id", "Location", "Retry-After",
			"Preference-Applied", "WWW-Authenticate", "X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset",
			"X-OJS-Queue-Depth", "X-OJS-Queue-Bound", "X-OJS-Queue-Pressure", "X-OJS-Batch-Size",
			"X-OJS-Max-Batch-Size");

	private CorsRules() {
	}

	/**
	 * Makes the rules.
	 * @param properties what the operator has set
	 * @return the rules; {@code null} if no origin is allowed
	 * @throws InvalidConfigurationPropertyValueException if they contradict each other
	 */
	static @Nullable CorsConfiguration of(OjsProperties.Cors properties) {
		List<String> origins = properties.allowedOrigins();
		if (origins.isEmpty()) {
			return null;
		}
		if (properties.allowCredentials() && origins.contains(CorsConfiguration.ALL)) {
			throw new InvalidConfigurationPropertyValueException("ojs.http.cors.allowed-origins", origins,
					"must name the origins while 'ojs.http.cors.allow-credentials' is true");
		}
		if (properties.maxAge().isNegative()) {
			throw new InvalidConfigurationPropertyValueException("ojs.http.cors.max-age", properties.maxAge(),
					"must not be negative");
		}
		CorsConfiguration rules = new CorsConfiguration();
		rules.setAllowedOrigins(origins);
		rules.setAllowedMethods(List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"));
		rules.setAllowedHeaders(List.of(CorsConfiguration.ALL));
		rules.setExposedHeaders(EXPOSED);
		rules.setAllowCredentials(properties.allowCredentials());
		rules.setMaxAge(properties.maxAge());
		return rules;
	}

}
