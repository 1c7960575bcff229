package org.openjobspec.boot.autoconfigure;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.web.OjsHttpApi;

import org.springframework.beans.factory.ObjectProvider;

/**
 * Gives Tomcat our words for the requests to our paths that it refuses itself, and leaves
 * everything else to the valve behind.
 */
final class OjsErrorReportValve extends ErrorReportValve {

	// Needs the application's mappings, which do not exist yet when the server starts.
	private final ObjectProvider<OjsHttpApi> api;

	private final String prefix;

	/**
	 * Creates the valve.
	 * @param api the binding
	 * @param prefix what stands before our paths: where the application and its servlet
	 * begin
	 */
	OjsErrorReportValve(ObjectProvider<OjsHttpApi> api, String prefix) {
		this.api = api;
		this.prefix = prefix;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		// Refused before any application is asked. Behind this valve it would become the
		// application's error page where a path could be mapped, as with TRACE.
		if (response.isErrorReportRequired()) {
			report(request, response, null);
		}
		if (!response.isCommitted()) {
			super.invoke(request, response);
		}
	}

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		OjsHttpApi http = this.api.getObject();
		if (response.getContentWritten() > 0 || !isOurs(http, request, response.getStatus())
				|| !response.setErrorReported()) {
			return;
		}
		response.setSuspended(false);
		try {
			http.refuse(request, response);
		}
		catch (IOException ex) {
			// The client has gone.
		}
	}

	private boolean isOurs(OjsHttpApi http, Request request, int status) {
		if (request.getContext() != null) {
			return http.words(request, status);
		}
		String uri = request.getRequestURI();
		return http.words((uri != null && uri.startsWith("/")) ? uri : RequestTarget.path(request), this.prefix,
				status);
	}

}
