package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.List;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.http.server.PathContainer.PathSegment;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.RequestPath;
import org.springframework.web.util.ServletRequestPathUtils;

/**
 * Request paths as Spring MVC sees them: without the context path and the servlet's
 * prefix, split before they are decoded.
 */
final class Paths {

	private Paths() {
	}

	static PathContainer withinApplication(HttpServletRequest request) {
		return path(request).pathWithinApplication();
	}

	/**
	 * What stands before the path within the application.
	 */
	static String prefix(HttpServletRequest request) {
		RequestPath path = path(request);
		String full = path.value();
		return full.substring(0, full.length() - path.pathWithinApplication().value().length());
	}

	private static RequestPath path(HttpServletRequest request) {
		return ServletRequestPathUtils.hasParsedRequestPath(request)
				? ServletRequestPathUtils.getParsedRequestPath(request) : ServletRequestPathUtils.parse(request);
	}

	/**
	 * The decoded segments of a path; a slash at its end makes an empty one.
	 */
	static List<String> segments(PathContainer path) {
		List<PathContainer.Element> elements = path.elements();
		List<String> segments = new ArrayList<>(elements.size() / 2 + 1);
		for (PathContainer.Element element : elements) {
			if (element instanceof PathSegment segment) {
				segments.add(segment.valueToMatch());
			}
		}
		if (!elements.isEmpty() && !(elements.get(elements.size() - 1) instanceof PathSegment)) {
			segments.add("");
		}
		return segments;
	}

}
