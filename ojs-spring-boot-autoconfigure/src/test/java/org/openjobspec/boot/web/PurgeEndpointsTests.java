package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Emptying queues and deleting many jobs over HTTP.
 */
class PurgeEndpointsTests {

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static String completed() {
		String id = enqueue("{\"type\":\"a\",\"args\":[]}");
		http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"default\"],\"worker_id\":\"w1\"}");
		http.post("/ojs/v1/workers/ack", "{\"job_id\":\"%s\",\"worker_id\":\"w1\"}".formatted(id));
		return id;
	}

	private static String enqueue(String job) {
		return http.post("/ojs/v1/jobs", job).string("/job/id");
	}

	private static Reply delete(String path, String body) {
		return http.send("DELETE", "/ojs/v1" + path, body.getBytes(StandardCharsets.UTF_8));
	}

	private static int status(String id) {
		return http.get("/ojs/v1/jobs/" + id).status();
	}

	@Test
	void aQueueIsEmptiedOfTheStatesThatAreNamed() {
		String completed = completed();
		String waiting = enqueue("{\"type\":\"b\",\"args\":[]}");
		Reply purged = delete("/admin/queues/default/jobs", "{\"states\":[\"completed\"],\"confirm\":true}");
		assertThat(purged.status()).as(purged.text()).isEqualTo(200);
		assertThat(purged.text())
			.isEqualTo("{\"queue\":\"default\",\"purged_count\":1,\"states\":[\"completed\"],\"more\":false}");
		assertThat(status(completed)).isEqualTo(404);
		assertThat(status(waiting)).isEqualTo(200);
		delete("/admin/queues/default/jobs", "{\"states\":[\"available\"],\"confirm\":true}");
		assertThat(http.get("/ojs/v1/jobs/" + waiting).string("/job/state")).isEqualTo("cancelled");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
			{"states":["completed"]}                                   | confirm
			{"states":["completed"],"confirm":false}                   | confirm
			{"confirm":true}                                           | states
			{"states":[],"confirm":true}                               | states
			{"states":["active"],"confirm":true}                       | active
			{"states":["done"],"confirm":true}                         | states
			{"states":["completed"],"older_then":"2030-01-01T00:00:00Z","confirm":true} | older_then
			{"states":["completed"],"older_than":"soon","confirm":true} | older_than
			{"states":["completed"],"older_than":null,"confirm":true}  | older_than""")
	void whatIsNotClearlyMeantIsRefused(String body, String message) {
		String completed = completed();
		Reply refused = delete("/admin/queues/default/jobs", body);
		assertThat(refused.status()).as(refused.text()).isEqualTo(400);
		assertThat(refused.string("/error/message")).contains(message);
		assertThat(status(completed)).isEqualTo(200);
	}

	@Test
	void manyJobsAreDeletedByAFilter() {
		String completed = completed();
		Reply unconfirmed = http.post("/ojs/v1/admin/jobs/bulk/delete", "{\"filter\":{}}");
		assertThat(unconfirmed.status()).isEqualTo(400);
		assertThat(status(completed)).isEqualTo(200);
		Reply deleted = http.post("/ojs/v1/admin/jobs/bulk/delete",
				"{\"filter\":{\"state\":\"completed\",\"type\":\"a\"},\"confirm\":true}");
		assertThat(deleted.text()).isEqualTo(
				"{\"action\":\"delete\",\"matched\":1,\"succeeded\":1,\"failed\":0," + "\"errors\":[],\"more\":false}");
		assertThat(status(completed)).isEqualTo(404);
	}

	@Test
	void theDeadLetterIsEmptied() {
		assertThat(delete("/admin/dead-letter", "{}").status()).isEqualTo(400);
		assertThat(delete("/admin/dead-letter", "{\"queue\":\"default\",\"confirm\":true}").text())
			.isEqualTo("{\"purged_count\":0,\"more\":false}");
	}

}
