package org.openjobspec.boot.autoconfigure;

import java.io.IOException;

import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.openjobspec.boot.web.OjsHttpApi;

/**
 * Sends our answers to requests whose bodies Tomcat could not read. It tells us so, but
 * has already decided on an answer of its own, the application's error page, and lets
 * nobody write another one before the application is left.
 */
final class OjsAnswerValve extends ValveBase {

	OjsAnswerValve() {
		super(true);
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		getNext().invoke(request, response);
		if (response.isErrorReportRequired() && !response.isCommitted() && OjsHttpApi.hasUnsent(request)
				&& response.setErrorReported()) {
			response.setSuspended(false);
			response.resetBuffer();
			OjsHttpApi.sendUnsent(request, response);
		}
	}

}
