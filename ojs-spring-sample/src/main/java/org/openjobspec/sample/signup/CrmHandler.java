package org.openjobspec.sample.signup;

import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;

/**
 * Tells another system of new people. While that system is away the attempts fail, and
 * are repeated.
 */
@Component
class CrmHandler {

	private final RestClient client = RestClient.create();

	private final String url;

	CrmHandler(@Value("${sample.crm.url}") String url) {
		this.url = url;
	}

	@OjsHandler(type = "crm.register", concurrency = 4, timeout = "10s", nonRetryable = HttpClientErrorException.class,
			retry = @OjsRetry(maxAttempts = 3, initialInterval = "200ms", onExhaustion = OnExhaustion.DEAD_LETTER))
	void register(Contact contact) {
		this.client.post()
			.uri(this.url)
			.contentType(MediaType.APPLICATION_JSON)
			.body(contact)
			.retrieve()
			.toBodilessEntity();
	}

	/** A handler's parameter may be any type that Jackson reads. */
	record Contact(String email, String name) {
	}

}
