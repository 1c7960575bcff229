package org.openjobspec.boot.autoconfigure;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import org.openjobspec.boot.web.ApiKey;

import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The keys of the HTTP API as they are configured.
 *
 * @param properties what is set, by the names of the keys
 */
record ApiKeys(Map<String, ApiKeyProperties> properties) {

	static final String PREFIX = "ojs.http.api-keys";

	/**
	 * Reads all of them.
	 * @param environment where the properties are
	 * @return what is set; whether it makes keys is not known yet
	 * @throws InvalidApiKeyException if a property is none of a key: without it, a key
	 * that the operator believes in might not be asked for
	 */
	static ApiKeys read(ConfigurableEnvironment environment) {
		return new ApiKeys(NamedProperties.read(environment, PREFIX, ApiKeyProperties.class, (name, settings) -> {
			throw new InvalidApiKeyException(name, "is none of a key: it must end with one of %s".formatted(settings));
		}));
	}

	/**
	 * Checks and makes the keys.
	 * @return the keys
	 * @throws InvalidApiKeyException if one cannot be used, or two are the same
	 */
	List<ApiKey> all() {
		Map<String, String> names = new HashMap<>();
		this.properties.forEach((name, key) -> {
			String same = (key.hash() != null) ? names.put(key.hash().toLowerCase(Locale.ROOT), name) : null;
			if (same != null) {
				throw new InvalidApiKeyException(NamedProperties.name(PREFIX, name, "hash"),
						"must differ from that of the key '%s'".formatted(same));
			}
		});
		return this.properties.entrySet().stream().map((entry) -> entry.getValue().key(entry.getKey())).toList();
	}

}
