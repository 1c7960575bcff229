package org.openjobspec.boot.test;

import org.springframework.test.context.TestContext;
import org.springframework.test.context.support.AbstractTestExecutionListener;

/**
 * Deletes what earlier tests have left behind, before the test's transaction begins, so
 * that this is not part of it. What the last test has left can still be looked at.
 */
final class OjsTestExecutionListener extends AbstractTestExecutionListener {

	/** Before the one that begins transactions, which has 4000. */
	private static final int ORDER = 3900;

	@Override
	public int getOrder() {
		return ORDER;
	}

	@Override
	public void beforeTestMethod(TestContext testContext) {
		clear(testContext);
	}

	private static void clear(TestContext testContext) {
		if (testContext.hasApplicationContext()) {
			testContext.getApplicationContext().getBeanProvider(OjsJobs.class).ifAvailable(OjsJobs::clearForNextTest);
		}
	}

}
