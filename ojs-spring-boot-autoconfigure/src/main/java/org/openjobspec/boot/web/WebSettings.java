package org.openjobspec.boot.web;

import java.util.List;

/**
 * What an operator may set about the HTTP binding.
 *
 * @param basePaths the paths under which every endpoint is served, within the
 * application's context path (default {@code /ojs/v1} and {@code /api/v1})
 * @param pythonAccommodation whether the Python SDK, which reads nothing else, is
 * answered with {@code application/json} (default yes)
 * @param conformance whether the hooks of the conformance suites are there (default no)
 * @param maxBodyBytes the largest request body (default 1 MiB)
 * @param tenantRequired whether requests that do not concern operators must name a tenant
 * (default no)
 */
public record WebSettings(List<String> basePaths, boolean pythonAccommodation, boolean conformance, int maxBodyBytes,
		boolean tenantRequired) {

	/** The settings of an application that sets nothing. */
	public static final WebSettings DEFAULT = new WebSettings(List.of("/ojs/v1", "/api/v1"), true, false, 1_048_576,
			false);

	/**
	 * Checks the settings.
	 * @param basePaths the paths under which every endpoint is served
	 * @param pythonAccommodation whether the Python SDK gets {@code application/json}
	 * @param conformance whether the hooks of the conformance suites are there
	 * @param maxBodyBytes the largest request body, in bytes
	 * @param tenantRequired whether requests that do not concern operators must name a
	 * tenant
	 * @throws IllegalArgumentException if a base path does not start with a slash, ends
	 * with one, or holds a pattern
	 */
	public WebSettings {
		basePaths = List.copyOf(basePaths);
		for (String basePath : basePaths) {
			if (!basePath.matches("(/[A-Za-z0-9._~-]+)+")) {
				throw new IllegalArgumentException(
						"The base path '%s' must look like '/ojs/v1': it starts with a slash and does not end with one"
							.formatted(basePath));
			}
		}
		if (maxBodyBytes <= 0) {
			throw new IllegalArgumentException("The largest body must be positive, and is " + maxBodyBytes);
		}
	}

}
