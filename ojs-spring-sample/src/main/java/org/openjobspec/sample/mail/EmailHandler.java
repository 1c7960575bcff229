package org.openjobspec.sample.mail;

import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.stereotype.Component;

/**
 * Sends mail. The parameters are the job's arguments, in order.
 */
@Component
public class EmailHandler {

	@OjsHandler("email.send")
	Sent send(String to, String template, JobContext context) {
		// A real application would call its mail server here.
		context.log().info("Sending '{}' to {}, attempt {}", template, to, context.attempt());
		return new Sent(to, template);
	}

	/** Becomes the job's result. */
	public record Sent(String to, String template) {
	}

}
