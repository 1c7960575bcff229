package org.openjobspec.sample.payment;

import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;
import org.openjobspec.sample.order.OrderService;

import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;

/**
 * Has orders paid. A provider that is away is asked again; one that says no is not.
 */
@Component
class PaymentHandler {

	private final PaymentProvider provider;

	private final OrderService orders;

	PaymentHandler(PaymentProvider provider, OrderService orders) {
		this.provider = provider;
		this.orders = orders;
	}

	@OjsHandler(type = "payment.charge", timeout = "10s", nonRetryable = HttpClientErrorException.class,
			retry = @OjsRetry(maxAttempts = 3, initialInterval = "2s", onExhaustion = OnExhaustion.DEAD_LETTER))
	Payment charge(long order, int cents, JobContext context) {
		// The job's id stays the same over all attempts.
		String key = context.job().id().toString();
		Payment payment = this.provider.charge(key, new PaymentProvider.Charge(order, cents));
		this.orders.paid(order);
		return payment;
	}

}
