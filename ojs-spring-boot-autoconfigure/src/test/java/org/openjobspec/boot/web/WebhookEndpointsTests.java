package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.WebhookReceiver;
import org.openjobspec.boot.WebhookReceiver.Received;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Webhooks over HTTP.
 */
class WebhookEndpointsTests {

	private static final String SUBSCRIPTIONS = "/ojs/v1/webhooks/subscriptions";

	private static final String DELIVERIES = "/ojs/v1/webhooks/deliveries";

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply subscribe(String more) {
		return http.post(SUBSCRIPTIONS,
				"{\"url\":\"https://localhost:1/hook\",\"events\":[\"job.completed\",\"cron.*\"]" + more + "}");
	}

	private static String path(Reply subscription) {
		return SUBSCRIPTIONS + '/' + subscription.string("/subscription/id");
	}

	private static Reply patch(String path, String body) {
		return http.send("PATCH", path, body.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void aSubscriptionIsMadeAndRead_bareAndWrapped() {
		Reply made = subscribe(
				",\"filter\":{\"queues\":[\"mail\"],\"job_types\":[\"email.send\"]},\"metadata\":{\"team\":\"a\"}");
		assertThat(made.status()).as(made.text()).isEqualTo(201);
		assertThat(made.string("/subscription/id")).startsWith("sub_").isEqualTo(made.string("/id"));
		assertThat(made.at("/subscription/active").booleanValue()).isTrue();
		assertThat(made.at("/events")).hasSize(2);
		assertThat(made.string("/filter/queues/0")).isEqualTo("mail");
		assertThat(made.string("/filter/job_types/0")).isEqualTo("email.send");
		assertThat(made.string("/metadata/team")).isEqualTo("a");
		Reply read = http.get(path(made));
		assertThat(read.status()).isEqualTo(200);
		assertThat(read.string("/subscription/url")).isEqualTo("https://localhost:1/hook");
		assertThat(http.get(SUBSCRIPTIONS).at("/subscriptions")).hasSize(1);
	}

	@Test
	void aSecretIsShownWhenItIsMade_andNeverAgain() {
		Reply made = subscribe("");
		assertThat(made.string("/secret")).matches("whsec_[0-9a-f]{64}");
		Reply rotated = http.post(path(made) + "/rotate-secret", null);
		assertThat(rotated.status()).as(rotated.text()).isEqualTo(200);
		assertThat(rotated.string("/secret")).matches("whsec_[0-9a-f]{64}").isNotEqualTo(made.string("/secret"));
		assertThat(subscribe(",\"secret\":\"whk_test_get_001\"").string("/secret")).isEqualTo("whk_test_get_001");
		for (String text : new String[] { http.get(path(made)).text(), http.get(SUBSCRIPTIONS).text(),
				patch(path(made), "{\"active\":false}").text() }) {
			assertThat(text).doesNotContain("secret").doesNotContain("whsec_").doesNotContain("whk_test");
		}
	}

	@Test
	void whatAChangeDoesNotNameStaysAsItIs() {
		Reply made = subscribe(",\"filter\":{\"queues\":[\"mail\"]},\"metadata\":{\"a\":1}");
		Reply changed = patch(path(made), "{\"events\":[\"job.completed\",\"job.failed\",\"job.cancelled\"]}");
		assertThat(changed.status()).as(changed.text()).isEqualTo(200);
		assertThat(changed.at("/subscription/events")).hasSize(3);
		assertThat(changed.string("/url")).isEqualTo("https://localhost:1/hook");
		assertThat(changed.string("/filter/queues/0")).isEqualTo("mail");
		assertThat(changed.at("/metadata/a").intValue()).isEqualTo(1);
		assertThat(patch(path(made), "{\"active\":false,\"filter\":{}}").at("/filter/queues")).isEmpty();
		assertThat(http.get(path(made)).at("/active").booleanValue()).isFalse();
	}

	@Test
	void aDeletedSubscriptionIsGone() {
		Reply made = subscribe("");
		assertThat(http.send("DELETE", path(made), null).status()).isEqualTo(200);
		assertThat(http.get(path(made)).status()).isEqualTo(404);
		assertThat(http.send("DELETE", path(made), null).status()).isEqualTo(404);
		assertThat(patch(path(made), "{\"active\":true}").status()).isEqualTo(404);
		assertThat(http.post(path(made) + "/test", null).status()).isEqualTo(404);
		assertThat(http.post(path(made) + "/rotate-secret", null).status()).isEqualTo(404);
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					{"events":["job.failed"]}                                                                   | url
					{"url":"http://example.com","events":["job.failed"]}                                        | url
					{"url":7,"events":["job.failed"]}                                                           | url
					{"url":"https://example.com"}                                                               | events
					{"url":"https://example.com","events":[]}                                                   | events
					{"url":"https://example.com","events":["Job Failed"]}                                       | events
					{"url":"https://example.com","events":["*.failed"]}                                         | events
					{"url":"https://example.com","events":"job.failed"}                                         | events
					{"url":"https://example.com","events":["job.failed"],"secret":"short"}                      | secret
					{"url":"https://example.com","events":["job.failed"],"active":"yes"}                        | active
					{"url":"https://example.com","events":["job.failed"],"filter":{"queues":["No Queue"]}}      | filter.queues
					{"url":"https://example.com","events":["job.failed"],"filter":{"job_types":["No Type"]}}    | filter.job_types
					{"url":"https://example.com","events":["job.failed"],"filter":[]}                           | filter
					{"url":"https://example.com","events":["job.failed"],"metadata":"text"}                     | metadata
					""")
	void whatIsWrongIsRefusedByName(String body, String field) {
		Reply reply = http.post(SUBSCRIPTIONS, body);
		assertThat(reply.status()).as(reply.text()).isEqualTo(400);
		assertThat(reply.string("/error/details/field")).isEqualTo(field);
		assertThat(reply.string("/error/message")).contains(field);
		assertThat(http.get(SUBSCRIPTIONS).at("/subscriptions")).isEmpty();
	}

	@Test
	void aSecretIsNotChangedInPassing() {
		Reply refused = patch(path(subscribe("")), "{\"secret\":\"whsec_0123456789\"}");
		assertThat(refused.status()).isEqualTo(400);
		assertThat(refused.string("/error/message")).contains("rotate-secret");
	}

	@ParameterizedTest
	@ValueSource(strings = { "sub_1", "x", "sub_01900000-0000-7000-8000-000000000000" })
	void whatIsNotThereIsNotFound(String id) {
		assertThat(http.get(SUBSCRIPTIONS + '/' + id).status()).isEqualTo(404);
		assertThat(http.get(DELIVERIES + '/' + id).status()).isEqualTo(404);
		assertThat(http.post(DELIVERIES + '/' + id + "/retry", null).status()).isEqualTo(404);
	}

	@Test
	void aTestTellsHowItHasEnded_andIsListedAsADelivery() {
		Reply made = subscribe("");
		Reply tested = http.post(path(made) + "/test", null);
		assertThat(tested.status()).as(tested.text()).isEqualTo(200);
		assertThat(tested.at("/success").booleanValue()).isFalse();
		assertThat(tested.string("/error")).contains("not public");
		Reply listed = http.get(DELIVERIES + "?subscription_id=" + made.string("/id") + "&status=dead");
		assertThat(listed.at("/deliveries")).hasSize(1);
		assertThat(listed.string("/deliveries/0/event_type")).isEqualTo("webhook.test");
		Reply read = http.get(DELIVERIES + '/' + tested.string("/delivery_id"));
		assertThat(read.string("/status")).isEqualTo("dead");
		assertThat(read.string("/payload/type")).isEqualTo("webhook.test");
		assertThat(http.post(DELIVERIES + '/' + tested.string("/delivery_id") + "/retry", null).status())
			.isEqualTo(200);
		await()
			.until(() -> http.get(DELIVERIES + '/' + tested.string("/delivery_id")).string("/status").equals("dead"));
		assertThat(http.get(DELIVERIES + "?status=lost").status()).isEqualTo(400);
	}

	@Test
	void anEventReachesTheSubscriber_andShowsInItsDeliveriesWithoutTheSecret() {
		try (HttpFixture local = new HttpFixture("", null, "test.local-webhooks=true");
				WebhookReceiver receiver = new WebhookReceiver()) {
			Reply made = local.post(SUBSCRIPTIONS, """
					{"url":"%s","events":["job.enqueued"],"secret":"whk_test_0123456789"}""".formatted(receiver.url()));
			assertThat(made.status()).as(made.text()).isEqualTo(201);
			Reply job = local.post("/ojs/v1/jobs", "{\"type\":\"t.a\",\"args\":[]}");
			await().until(() -> receiver.received().size() == 1);
			Received received = receiver.received().get(0);
			assertThat(received.json().at("/data/job_id").asString()).isEqualTo(job.string("/job/id"));
			assertThat(received.signature()).isEqualTo(received.signedWith("whk_test_0123456789"));
			Reply listed = await().until(() -> local.get(DELIVERIES + "?status=delivered"),
					(reply) -> !reply.at("/deliveries").isEmpty());
			assertThat(listed.string("/deliveries/0/id")).isEqualTo(received.deliveryId());
			assertThat(listed.string("/deliveries/0/subscription_id")).isEqualTo(made.string("/id"));
			assertThat(listed.at("/deliveries/0/response_status").intValue()).isEqualTo(204);
			Reply read = local.get(DELIVERIES + '/' + received.deliveryId());
			assertThat(read.string("/payload/id")).isEqualTo(received.json().at("/id").asString());
			assertThat(listed.text() + read.text()).doesNotContain("whk_test");
			receiver.answer(500);
			Reply tested = local.post(SUBSCRIPTIONS + '/' + made.string("/id") + "/test", null);
			assertThat(tested.at("/success").booleanValue()).isFalse();
			assertThat(tested.at("/status_code").intValue()).isEqualTo(500);
			assertThat(tested.json().has("response_body")).isTrue();
		}
	}

	@Test
	void theManifestDeclaresThem() {
		Reply manifest = http.get("/ojs/manifest");
		assertThat(manifest.at("/capabilities/webhooks").booleanValue()).isTrue();
		assertThat(manifest.at("/extensions").valueStream().map((name) -> name.asString())).contains("webhooks");
	}

}
