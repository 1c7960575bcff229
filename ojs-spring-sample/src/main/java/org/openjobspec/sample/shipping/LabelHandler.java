package org.openjobspec.sample.shipping;

import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.stereotype.Component;

/**
 * Prints labels. There is one printer, so that labels wait for each other: those of
 * express orders before the others.
 */
@Component
class LabelHandler {

	private static final long MILLIS_PER_LABEL = 500;

	@OjsHandler(type = "label.print", concurrency = 1)
	void print(long order, JobContext context) throws InterruptedException {
		context.log().info("Printing the label of order {}", order);
		// A real application would talk to a printer here, which takes its time as well.
		Thread.sleep(MILLIS_PER_LABEL);
	}

}
