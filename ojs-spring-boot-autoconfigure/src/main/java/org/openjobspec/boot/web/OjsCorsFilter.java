package org.openjobspec.boot.web;

import java.io.IOException;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.cors.CorsUtils;
import org.springframework.web.cors.DefaultCorsProcessor;

/**
 * Says which pages of other origins may call the API, and leaves the application's own
 * paths to the application.
 */
final class OjsCorsFilter implements Filter {

	private final DefaultCorsProcessor processor = new DefaultCorsProcessor();

	private final OjsHandlerMapping mapping;

	private final @Nullable CorsConfiguration configuration;

	OjsCorsFilter(OjsHandlerMapping mapping, @Nullable CorsConfiguration configuration) {
		this.mapping = mapping;
		this.configuration = configuration;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (this.configuration != null && request instanceof HttpServletRequest httpRequest
				&& response instanceof HttpServletResponse httpResponse && this.mapping.match(httpRequest) != null
				&& (!this.processor.processRequest(this.configuration, httpRequest, httpResponse)
						|| CorsUtils.isPreFlightRequest(httpRequest))) {
			return;
		}
		chain.doFilter(request, response);
	}

}
