package org.openjobspec.boot.web;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import jakarta.servlet.http.HttpServletRequest;
import org.openjobspec.boot.engine.TraceMeta;
import org.openjobspec.boot.engine.TraceParent;

/**
 * The trace that a producer works in, as the headers of its request tell it. Where the
 * application traces, its own spans go between that and the jobs; where it does not, the
 * jobs carry it as it is.
 */
final class RemoteTrace {

	/** What need not be passed on any further after the Trace Context of the W3C. */
	private static final int MAX_STATE = 512;

	private static final Pattern STATE = Pattern.compile("[ -~]*=[ -~]*");

	private RemoteTrace() {
	}

	/**
	 * Reads the headers.
	 * @param request the request
	 * @return values by the names of members of metadata; none if the request names no
	 * span, or none that is one
	 */
	static Map<String, String> of(HttpServletRequest request) {
		List<String> parents = headers(request, TraceMeta.TRACEPARENT);
		if (parents.size() != 1 || TraceParent.parse(parents.get(0).strip()).isEmpty()) {
			return Map.of();
		}
		String parent = parents.get(0).strip();
		String state = String.join(",", headers(request, TraceMeta.TRACESTATE)).strip();
		return (state.length() <= MAX_STATE && STATE.matcher(state).matches())
				? Map.of(TraceMeta.TRACEPARENT, parent, TraceMeta.TRACESTATE, state)
				: Map.of(TraceMeta.TRACEPARENT, parent);
	}

	private static List<String> headers(HttpServletRequest request, String name) {
		return Collections.list(request.getHeaders(name));
	}

}
