package org.openjobspec.benchmarks.input;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.UUID;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A client that behaves, to see that the node still serves those who do.
 */
final class Service {

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final int port;

	Service(int port) {
		this.port = port;
	}

	/**
	 * Enqueues a job, fetches it, acknowledges it and reads it.
	 * @return whether all of that went well; the id of the job is then in no ledger
	 * @throws IOException if the node does not answer
	 * @throws InterruptedException if this thread is interrupted
	 */
	boolean serves() throws IOException, InterruptedException {
		String queue = "service-" + UUID.randomUUID();
		String id = post("/jobs", "{\"type\":\"a\",\"args\":[],\"queue\":\"" + queue + "\"}").path("id").asString("");
		JsonNode fetched = post("/workers/fetch", "{\"queues\":[\"" + queue + "\"],\"worker_id\":\"service\"}");
		JsonNode acked = post("/workers/ack", "{\"job_id\":\"" + id + "\",\"worker_id\":\"service\"}");
		return !id.isEmpty() && fetched.at("/jobs/0/id").asString("").equals(id)
				&& acked.path("state").asString("").equals("completed");
	}

	private JsonNode post(String path, String body) throws IOException, InterruptedException {
		HttpResponse<String> response = this.client
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + this.port + "/ojs/v1" + path))
				.timeout(Duration.ofSeconds(30))
				.header("Content-Type", "application/json")
				.POST(BodyPublishers.ofString(body))
				.build(), BodyHandlers.ofString());
		return JsonMapper.shared().readTree(response.body());
	}

}
