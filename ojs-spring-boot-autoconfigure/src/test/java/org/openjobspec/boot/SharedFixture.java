package org.openjobspec.boot;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * What all tests of a class share, to be registered as an extension in a static field: it
 * is emptied before each test, and closed after the last.
 */
public interface SharedFixture extends BeforeEachCallback, AfterAllCallback, AutoCloseable {

	/** Forgets what earlier tests have left. */
	void reset();

	@Override
	void close();

	@Override
	default void beforeEach(ExtensionContext context) {
		reset();
	}

	@Override
	default void afterAll(ExtensionContext context) {
		// Nested classes inherit the extension, and end before the one that has it.
		if (context.getRequiredTestClass().getEnclosingClass() == null) {
			close();
		}
	}

}
