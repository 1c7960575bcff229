package org.openjobspec.benchmarks.speed;

import java.io.EOFException;
import java.nio.charset.StandardCharsets;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * The loop of one connection.
 */
class LoadConnectionTests {

	private static String answer(String body) {
		return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
	}

	private static List<String> ids(String fetched) {
		return LoadConnection.jobIds(fetched.getBytes(StandardCharsets.UTF_8));
	}

	@Test
	void onlyTheIdsOfTheJobsThemselvesAreFound() {
		assertThat(ids("""
				{"id":"no","job":{"id":"no"},"jobs":[
				  {"args":[{"id":"no"}],"id":"one","meta":{"id":"no","jobs":[{"id":"no"}]}},
				  {"id":"two"}],"more":[{"id":"no"}]}
				""")).containsExactly("one", "two");
		assertThat(ids("{\"jobs\":[]}")).isEmpty();
		assertThat(ids("{\"jobs\":null}")).isEmpty();
	}

	@Test
	void aJobWithoutAnIdIsAnException() {
		assertThatIllegalStateException().isThrownBy(() -> ids("{\"jobs\":[{\"type\":\"x\"}]}"));
		assertThatIllegalStateException().isThrownBy(() -> ids("[]"));
	}

	@Test
	void aTripEnqueuesAndAcknowledgesAsManyJobs_andAnEmptyFetchIsRepeated() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(answer("{}"), answer("{\"jobs\":[]}"),
				answer("{\"jobs\":[{\"id\":\"one\"}]}"), answer("{}"), answer("{\"jobs\":[{\"id\":\"two\"}]}"),
				answer("{}")); LoadConnection connection = new LoadConnection(plan(server, 2, true), 7)) {
			long now = System.nanoTime();
			// The seventh request finds no answer: by then the trip is over.
			assertThatExceptionOfType(EOFException.class)
				.isThrownBy(() -> connection.run(now, now + 60_000_000_000L, () -> false));
			assertThat(connection.jobs()).isEqualTo(2);
			assertThat(connection.emptyFetches()).isEqualTo(1);
			assertThat(connection.histogram(LoadConnection.Kind.ENQUEUE).getTotalCount()).isEqualTo(1);
			assertThat(connection.histogram(LoadConnection.Kind.FETCH).getTotalCount()).isEqualTo(3);
			assertThat(connection.histogram(LoadConnection.Kind.ACK).getTotalCount()).isEqualTo(2);
			assertThat(connection.histogram(LoadConnection.Kind.TRIP).getTotalCount()).isEqualTo(1);
			assertThat(server.requests().get(0)).startsWith("POST /ojs/v1/jobs/batch ")
				.containsPattern("\"jobs\":\\[\\{.*\\},\\{.*\\}\\]");
			assertThat(server.requests().get(2)).contains("/workers/fetch").contains("\"count\":2");
			assertThat(server.requests().get(3)).contains("/workers/ack").contains("\"job_id\":\"one\"");
			assertThat(server.requests().get(4)).contains("/workers/fetch").contains("\"count\":1");
		}
	}

	@Test
	void whatEndsBeforeTheMeasurementDoesNotCount() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(answer("{}"), answer("{}"));
				LoadConnection connection = new LoadConnection(plan(server, 1, false), 7)) {
			long later = System.nanoTime() + 60_000_000_000L;
			assertThatExceptionOfType(EOFException.class)
				.isThrownBy(() -> connection.run(later, later + 1, () -> false));
			assertThat(server.requests()).hasSize(3).allMatch((request) -> request.startsWith("POST /ojs/v1/jobs "));
			assertThat(connection.jobs()).isZero();
			assertThat(connection.histogram(LoadConnection.Kind.ENQUEUE).getTotalCount()).isZero();
		}
	}

	private static LoadPlan plan(ScriptedServer server, int batch, boolean roundTrip) {
		return new LoadPlan(server.url().toString(), 1, batch, roundTrip, "queue", 0, 0);
	}

}
