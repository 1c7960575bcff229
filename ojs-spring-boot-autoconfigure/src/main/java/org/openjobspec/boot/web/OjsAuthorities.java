package org.openjobspec.boot.web;

/**
 * The names of the authorities that stand for the roles of the HTTP API where Spring
 * Security decides. Nothing gives them to anybody by itself.
 */
public final class OjsAuthorities {

	/** Of whoever enqueues jobs, for {@link OjsHttpRequest#toProducer()}. */
	public static final String PRODUCER = "OJS_PRODUCER";

	/** Of whoever runs jobs, for {@link OjsHttpRequest#toWorker()}. */
	public static final String WORKER = "OJS_WORKER";

	/** Of whoever keeps it running, for {@link OjsHttpRequest#toOperator()}. */
	public static final String OPERATOR = "OJS_OPERATOR";

	/** Of whoever decides how it works, for {@link OjsHttpRequest#toAdmin()}. */
	public static final String ADMIN = "OJS_ADMIN";

	private OjsAuthorities() {
	}

}
