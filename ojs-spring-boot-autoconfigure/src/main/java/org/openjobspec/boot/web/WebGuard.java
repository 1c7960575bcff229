package org.openjobspec.boot.web;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.web.cors.CorsConfiguration;

/**
 * Who may call the HTTP API, as far as this library decides.
 *
 * @param keys the keys of which each request must have one; none to ask for none
 * @param cors what pages of other origins may do; {@code null} for nothing
 */
public record WebGuard(List<ApiKey> keys, @Nullable CorsConfiguration cors) {

	/** Leaves it to others. */
	public static final WebGuard NONE = new WebGuard(List.of(), null);

	/**
	 * Copies the keys.
	 * @param keys the keys of which each request must have one
	 * @param cors what pages of other origins may do
	 */
	public WebGuard {
		keys = List.copyOf(keys);
	}

}
