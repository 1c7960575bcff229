package org.openjobspec.boot.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.openjobspec.boot.web.ApiKey;

import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The keys of the HTTP API as they are configured.
 */
final class ApiKeys {

	static final String PREFIX = "ojs.http.api-keys";

	private ApiKeys() {
	}

	/**
	 * Reads, checks and makes the keys.
	 * @param environment where the properties are
	 * @return the keys
	 * @throws InvalidApiKeyException if a property is none of a key – without it, a key
	 * that the operator believes in might not be asked for –, if a key cannot be used, or
	 * two are the same
	 */
	static List<ApiKey> read(ConfigurableEnvironment environment) {
		Map<String, ApiKeyProperties> keys = NamedProperties.read(environment, PREFIX, ApiKeyProperties.class,
				(name, settings) -> {
					throw new InvalidApiKeyException(name,
							"is none of a key: it must end with one of %s".formatted(settings));
				});
		Map<String, String> names = new HashMap<>();
		keys.forEach((name, key) -> {
			String same = (key.hash() != null) ? names.put(key.hash().toLowerCase(Locale.ROOT), name) : null;
			if (same != null) {
				throw new InvalidApiKeyException(NamedProperties.name(PREFIX, name, "hash"),
						"must differ from that of the key '%s'".formatted(same));
			}
		});
		return keys.entrySet().stream().map((entry) -> entry.getValue().key(entry.getKey())).toList();
	}

}
