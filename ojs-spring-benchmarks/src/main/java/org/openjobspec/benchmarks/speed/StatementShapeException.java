package org.openjobspec.benchmarks.speed;

/**
 * The engine sends a statement in which the floor does not find what it has to change.
 */
final class StatementShapeException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	StatementShapeException(String missing, RecordedStatement statement) {
		super("The recorded statement has no " + missing + ", so the floor cannot repeat it: " + statement);
	}

}
