package org.openjobspec.boot.web;

import java.io.IOException;
import java.util.Locale;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

/**
 * Serves our requests with multipart bodies, that is, refuses them: Spring MVC parses
 * such bodies before it looks for a handler, and what it cannot parse would become an
 * error page of the application.
 */
final class OjsMultipartFilter implements Filter {

	private final OjsHandlerMapping mapping;

	OjsMultipartFilter(OjsHandlerMapping mapping) {
		this.mapping = mapping;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		if (isMultipart(request.getContentType()) && request instanceof HttpServletRequest httpRequest
				&& response instanceof HttpServletResponse httpResponse) {
			OjsRequestHandler handler = this.mapping.find(httpRequest);
			if (handler != null) {
				handler.handleRequest(httpRequest, httpResponse);
				return;
			}
		}
		chain.doFilter(request, response);
	}

	private static boolean isMultipart(@Nullable String contentType) {
		return contentType != null && contentType.toLowerCase(Locale.ROOT).startsWith("multipart/");
	}

}
