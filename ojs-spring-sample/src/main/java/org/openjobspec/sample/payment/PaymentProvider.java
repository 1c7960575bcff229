package org.openjobspec.sample.payment;

import java.util.Objects;

import org.springframework.aot.hint.annotation.RegisterReflectionForBinding;
import org.springframework.core.env.Environment;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.RestClient;

/**
 * The provider's HTTP API.
 */
@Component
class PaymentProvider {

	private final RestClient client = RestClient.create();

	private final Environment environment;

	PaymentProvider(Environment environment) {
		this.environment = environment;
	}

	/**
	 * Takes money.
	 * @param key the same for all attempts at one payment, so that none is made twice
	 * @param charge what is to be paid
	 * @return what the provider says
	 */
	@RegisterReflectionForBinding({ Charge.class, Payment.class })
	Payment charge(String key, Charge charge) {
		return Objects.requireNonNull(this.client.post()
			.uri(url())
			.header("Idempotency-Key", key)
			.contentType(MediaType.APPLICATION_JSON)
			.body(charge)
			.retrieve()
			.body(Payment.class));
	}

	/** Read late, as the sample's own port is known when it listens and not before. */
	private String url() {
		return this.environment.getRequiredProperty("sample.provider.url") + "/payments";
	}

	record Charge(long order, int cents) {
	}

}
