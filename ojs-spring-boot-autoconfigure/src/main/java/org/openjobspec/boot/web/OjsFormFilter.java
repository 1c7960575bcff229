package org.openjobspec.boot.web;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;

import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * Keeps Spring's filter for forms from reading our requests: it parses the bodies of PUT,
 * PATCH and DELETE before anybody knows whose they are, and what it cannot parse would
 * become an error page of the application.
 */
final class OjsFormFilter implements Filter {

	private static final Set<String> METHODS = Set.of("PUT", "PATCH", "DELETE");

	private final OjsHandlerMapping mapping;

	OjsFormFilter(OjsHandlerMapping mapping) {
		this.mapping = mapping;
	}

	@Override
	public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
			throws IOException, ServletException {
		boolean ours = isForm(request.getContentType()) && request instanceof HttpServletRequest httpRequest
				&& METHODS.contains(httpRequest.getMethod()) && this.mapping.find(httpRequest) != null;
		chain.doFilter(ours ? new OfNoType((HttpServletRequest) request) : request, response);
	}

	private static boolean isForm(@Nullable String contentType) {
		return contentType != null
				&& contentType.toLowerCase(Locale.ROOT).startsWith(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
	}

	/** None of our endpoints with these methods asks what type its body has. */
	private static final class OfNoType extends HttpServletRequestWrapper {

		OfNoType(HttpServletRequest request) {
			super(request);
		}

		@Override
		public @Nullable String getContentType() {
			return null;
		}

	}

}
