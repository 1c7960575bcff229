package org.openjobspec.boot.engine;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import tools.jackson.databind.json.JsonMapper;

/**
 * What metadata say of the trace in which a job was enqueued (ojs-observability 5).
 */
public final class TraceMeta {

	/** The member that names the span. */
	public static final String TRACEPARENT = "traceparent";

	/** The member with what tracing systems add for themselves. */
	public static final String TRACESTATE = "tracestate";

	private static final String BAGGAGE = "baggage";

	private static final String ORIGIN = "ojs.workflow.trace_origin";

	/** ojs-distributed-tracing 9.3. */
	private static final int MAX_BAGGAGE = 8192;

	static final Set<String> NAMES = Set.of(TRACEPARENT, TRACESTATE, BAGGAGE);

	private static final JsonMapper mapper = JsonMapper.shared();

	private TraceMeta() {
	}

	/**
	 * Adds what a job carries of a trace. A job that says by itself to which it belongs
	 * stays as it is.
	 * @param request the job
	 * @param fields values by the names of the members
	 * @return the job, or a copy; the job itself if it would become too large
	 */
	public static JobRequest add(JobRequest request, Map<String, String> fields) {
		String meta = request.meta();
		if (fields.isEmpty() || MetaMember.has(meta, TRACEPARENT) || MetaMember.has(meta, TRACESTATE)) {
			return request;
		}
		for (Map.Entry<String, String> field : fields.entrySet()) {
			if (!field.getKey().equals(BAGGAGE) || takesBaggage(meta, field.getValue())) {
				meta = MetaMember.put(meta, field.getKey(), mapper.writeValueAsString(field.getValue()));
			}
		}
		try {
			return request.toBuilder().meta(meta).build();
		}
		catch (InvalidRequestException ex) {
			// It was valid before. Better a job without a trace than none.
			return request;
		}
	}

	private static boolean takesBaggage(String meta, String baggage) {
		return !MetaMember.has(meta, BAGGAGE) && baggage.getBytes(StandardCharsets.UTF_8).length <= MAX_BAGGAGE;
	}

	/**
	 * As {@link #add}, for a step of a workflow, which also says where the workflow was
	 * started.
	 * @param step the job
	 * @param fields values by the names of the members
	 * @return the job, or a copy
	 */
	public static JobRequest addToStep(JobRequest step, Map<String, String> fields) {
		String parent = fields.get(TRACEPARENT);
		if (parent == null || MetaMember.has(step.meta(), ORIGIN)) {
			return add(step, fields);
		}
		Map<String, String> more = new LinkedHashMap<>(fields);
		more.put(ORIGIN, parent);
		return add(step, more);
	}

	/**
	 * Reads a member.
	 * @param meta metadata, a JSON object
	 * @param name the member's name
	 * @return its text; {@code null} if it is none
	 */
	public static @Nullable String read(String meta, String name) {
		return MetaMember.text(meta, name);
	}

	/**
	 * Whether two jobs have the same metadata, whatever they say of traces: a producer
	 * that sends a job again does so in another span, or in another trace.
	 * @param one metadata
	 * @param other metadata
	 */
	static boolean alike(String one, String other) {
		return one.equals(other) || ((mayTell(one) || mayTell(other)) && stripped(one).equals(stripped(other)));
	}

	private static boolean mayTell(String meta) {
		return NAMES.stream().anyMatch((name) -> MetaMember.has(meta, name));
	}

	private static String stripped(String meta) {
		String stripped = meta;
		for (String name : NAMES) {
			stripped = MetaMember.without(stripped, name);
		}
		return stripped;
	}

}
