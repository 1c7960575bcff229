package org.openjobspec.boot.observe;

import io.micrometer.observation.Observation;
import io.micrometer.tracing.Link;
import io.micrometer.tracing.Span;
import io.micrometer.tracing.TraceContext;
import io.micrometer.tracing.Tracer;
import io.micrometer.tracing.handler.TracingObservationHandler;
import org.openjobspec.boot.engine.TraceMeta;
import org.openjobspec.boot.engine.TraceParent;

/**
 * Gives each attempt a trace of its own, with a link to the span that has enqueued its
 * job. Has to stand before the handler that continues the trace of whatever is received.
 */
public final class OjsLinkTracingObservationHandler implements TracingObservationHandler<OjsProcessContext> {

	private final Tracer tracer;

	/**
	 * Creates a handler.
	 * @param tracer makes the spans
	 */
	public OjsLinkTracingObservationHandler(Tracer tracer) {
		this.tracer = tracer;
	}

	@Override
	public Tracer getTracer() {
		return this.tracer;
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof OjsProcessContext;
	}

	@Override
	public void onStart(OjsProcessContext context) {
		Span.Builder builder = this.tracer.spanBuilder().kind(Span.Kind.CONSUMER);
		// Tests have handlers run on their own thread, perhaps within a span of theirs.
		Span parent = getParentSpan(context);
		builder = (parent != null) ? builder.setParent(parent.context()) : builder.setNoParent();
		TraceParent enqueued = TraceParent.parse(TraceMeta.read(context.getJob().meta(), TraceMeta.TRACEPARENT))
			.orElse(null);
		if (enqueued != null) {
			builder = builder.addLink(new Link(context(enqueued)));
		}
		getTracingContext(context).setSpan(builder.start());
	}

	private TraceContext context(TraceParent enqueued) {
		return this.tracer.traceContextBuilder()
			.traceId(enqueued.traceId())
			.spanId(enqueued.spanId())
			.sampled(enqueued.sampled())
			.build();
	}

	@Override
	public void onStop(OjsProcessContext context) {
		Span span = getRequiredSpan(context);
		span.name(getSpanName(context));
		tagSpan(context, span);
		endSpan(context, span);
	}

}
