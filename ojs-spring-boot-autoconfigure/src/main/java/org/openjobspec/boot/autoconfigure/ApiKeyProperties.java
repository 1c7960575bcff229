package org.openjobspec.boot.autoconfigure;

import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.web.ApiKey;
import org.openjobspec.boot.web.ApiRole;

import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * A key of the HTTP API, below {@code ojs.http.api-keys.NAME}.
 *
 * @param hash the SHA-256 of the key, in hexadecimal
 * @param roles what the key may be used for
 * @param queues the queues that it may be used for; all without any
 * @param types the job types that it may be used for; all without any
 */
record ApiKeyProperties(@Nullable String hash, @DefaultValue Set<ApiRole> roles, @Nullable List<String> queues,
		@Nullable List<String> types) {

	/**
	 * Makes the key.
	 * @param name its name
	 * @return the key
	 * @throws InvalidApiKeyException if a part of it cannot be used
	 */
	ApiKey key(String name) {
		try {
			return new ApiKey(name, (this.hash != null) ? this.hash : "", this.roles,
					limit(name, "queues", this.queues), limit(name, "types", this.types));
		}
		catch (ApiKey.Invalid ex) {
			throw new InvalidApiKeyException(NamedProperties.name(ApiKeys.PREFIX, name, ex.part()),
					String.valueOf(ex.getMessage()));
		}
	}

	// Nothing would mean everything, which nobody means who sets it.
	private static List<String> limit(String name, String part, @Nullable List<String> names) {
		if (names != null && names.isEmpty()) {
			throw new InvalidApiKeyException(NamedProperties.name(ApiKeys.PREFIX, name, part),
					"names none; leave it out if the key is good for all");
		}
		return (names != null) ? names : List.of();
	}

	// A log may show it, as that of a failed start does.
	@Override
	public String toString() {
		return "API key with the roles " + this.roles;
	}

}
