package org.openjobspec.sample.order;

import org.openjobspec.boot.client.OjsRequest;
import org.openjobspec.boot.client.OjsStep;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Workflow;
import org.openjobspec.boot.job.WorkflowState;

import org.springframework.stereotype.Component;

/**
 * What has to happen for an order, as a workflow. Both methods that start one belong to
 * the caller's transaction.
 */
@Component
class Fulfilment {

	private static final int EXPRESS = 50;

	private final OjsTemplate jobs;

	Fulfilment(OjsTemplate jobs) {
		this.jobs = jobs;
	}

	Workflow start(long order, int cents, String email, boolean express) {
		return this.jobs
			.chain(step("payment.charge", express, order, cents), delivery(order, email, express),
					step("sale.record", express, order))
			.name("order " + order)
			.start();
	}

	/** What is left to do when only the payment is done. */
	Workflow resume(Order order) {
		return this.jobs
			.chain(delivery(order.number(), order.email(), order.express()),
					step("sale.record", order.express(), order.number()))
			.name("order " + order.number() + ", resumed")
			.start();
	}

	boolean hasFailed(Order order) {
		return this.jobs.getWorkflow(order.workflow())
			.filter((workflow) -> workflow.state() == WorkflowState.FAILED)
			.isPresent();
	}

	private OjsStep delivery(long order, String email, boolean express) {
		return this.jobs.group(step("email.send", express, email, "receipt"),
				this.jobs.chain(step("label.print", express, order), step("parcel.ship", express, order)));
	}

	private OjsRequest step(String type, boolean express, Object... args) {
		OjsRequest request = this.jobs.request(type).args(args);
		return express ? request.priority(EXPRESS) : request;
	}

}
