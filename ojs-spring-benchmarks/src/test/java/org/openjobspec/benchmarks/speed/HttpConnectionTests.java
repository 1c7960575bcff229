package org.openjobspec.benchmarks.speed;

import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * The lean HTTP client.
 */
class HttpConnectionTests {

	private static final String CREATED = "HTTP/1.1 201 \r\nContent-Length: 2\r\n\r\n{}";

	private static String post(HttpConnection connection) throws IOException {
		return new String(connection.post("/jobs", "{\"a\":1}".getBytes(StandardCharsets.UTF_8)),
				StandardCharsets.UTF_8);
	}

	@Test
	void manyRequestsTakeOneConnection() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(CREATED, CREATED, CREATED);
				HttpConnection connection = new HttpConnection(server.url())) {
			for (int i = 0; i < 3; i++) {
				assertThat(post(connection)).isEqualTo("{}");
			}
			assertThat(server.requests()).hasSize(3).containsOnly("POST /ojs/v1/jobs HTTP/1.1 {\"a\":1}");
			assertThat(server.connections()).isEqualTo(1);
			assertThat(connection.opened()).isEqualTo(1);
		}
	}

	@Test
	void chunksMakeOneBody_andWhatFollowsThemIsTheNextAnswer() throws Exception {
		String chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;name=value\r\n{\"a\":\r\n2\r\n1}\r\n"
				+ "0\r\nTrailer: x\r\n\r\n";
		try (ScriptedServer server = ScriptedServer.answering(chunked, CREATED);
				HttpConnection connection = new HttpConnection(server.url())) {
			assertThat(post(connection)).isEqualTo("{\"a\":1}");
			assertThat(post(connection)).isEqualTo("{}");
			assertThat(server.connections()).isEqualTo(1);
		}
	}

	@Test
	void aBodyLargerThanTheBufferIsReadWhole() throws Exception {
		String body = "x".repeat(100_000);
		try (ScriptedServer server = ScriptedServer
			.answering("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + body, CREATED);
				HttpConnection connection = new HttpConnection(server.url())) {
			assertThat(post(connection)).isEqualTo(body);
			assertThat(post(connection)).isEqualTo("{}");
		}
	}

	@Test
	void anAnswerWithoutABodyIsUnderstood() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering("HTTP/1.1 204 No Content\r\n\r\n", CREATED);
				HttpConnection connection = new HttpConnection(server.url())) {
			assertThat(post(connection)).isEmpty();
			assertThat(post(connection)).isEqualTo("{}");
		}
	}

	@Test
	void anyStatusButSuccessIsAnException_whichShowsTheAnswer() throws Exception {
		for (String status : new String[] { "302 Found", "409 Conflict", "503 Service Unavailable" }) {
			try (ScriptedServer server = ScriptedServer
				.answering("HTTP/1.1 " + status + "\r\nContent-Length: 7\r\n\r\nsorry!!");
					HttpConnection connection = new HttpConnection(server.url())) {
				assertThatExceptionOfType(IOException.class).isThrownBy(() -> post(connection))
					.withMessage("POST /jobs was answered with %s: sorry!!", status.substring(0, 3));
			}
		}
	}

	@Test
	void aConnectionThatTheServerEndsInOrderIsOpenedAnew() throws Exception {
		String last = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
		try (ScriptedServer server = ScriptedServer.answering(last, CREATED);
				HttpConnection connection = new HttpConnection(server.url())) {
			assertThat(post(connection)).isEqualTo("{}");
			assertThat(post(connection)).isEqualTo("{}");
			assertThat(connection.opened()).isEqualTo(2);
		}
	}

	@Test
	void aConnectionThatBreaksIsAnException() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(CREATED, ScriptedServer.HANG_UP);
				HttpConnection connection = new HttpConnection(server.url())) {
			post(connection);
			assertThatExceptionOfType(EOFException.class).isThrownBy(() -> post(connection));
		}
	}

	@Test
	void anAnswerThatEndsInTheMiddleIsAnException() throws Exception {
		String cut = "HTTP/1.1 200 OK\r\nContent-Length: 10\r\nConnection: close\r\n\r\n{}";
		try (ScriptedServer server = ScriptedServer.answering(cut);
				HttpConnection connection = new HttpConnection(server.url())) {
			assertThatExceptionOfType(EOFException.class).isThrownBy(() -> post(connection));
		}
	}

	@Test
	void whatIsNoHttpIsAnException() throws Exception {
		for (String answer : new String[] { "HTTP/1.0 200 OK\r\n\r\n", "SSH-2.0\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
				"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n" }) {
			try (ScriptedServer server = ScriptedServer.answering(answer);
					HttpConnection connection = new HttpConnection(server.url())) {
				assertThatExceptionOfType(IOException.class).as(answer).isThrownBy(() -> post(connection));
			}
		}
	}

	@Test
	void onlyPlainHttpIsSpoken() {
		assertThatIllegalArgumentException().isThrownBy(() -> new HttpConnection(URI.create("https://example.com/")));
		assertThatIllegalArgumentException().isThrownBy(() -> new HttpConnection(URI.create("example.com:80")));
	}

}
