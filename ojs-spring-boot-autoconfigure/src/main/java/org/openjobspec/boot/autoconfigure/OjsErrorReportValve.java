package org.openjobspec.boot.autoconfigure;

import java.io.IOException;

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

	private final String contextPath;

	OjsErrorReportValve(ObjectProvider<OjsHttpApi> api, String contextPath) {
		this.api = api;
		this.contextPath = contextPath;
	}

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		OjsHttpApi http = this.api.getObject();
		if (response.getContentWritten() > 0
				|| !http.words(request.getRequestURI(), this.contextPath, response.getStatus())
				|| !response.setErrorReported()) {
			return;
		}
		try {
			http.refuse(request, response);
		}
		catch (IOException ex) {
			// The client has gone.
		}
	}

}
