package org.openjobspec.benchmarks.speed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Answers one request after the other, byte for byte as it is told.
 */
final class ScriptedServer implements AutoCloseable {

	/** In place of an answer: close the connection. */
	static final String HANG_UP = "";

	private final ServerSocket server;

	private final Queue<String> answers;

	private final List<String> requests = new CopyOnWriteArrayList<>();

	private final AtomicInteger connections = new AtomicInteger();

	private ScriptedServer(ServerSocket server, List<String> answers) {
		this.server = server;
		this.answers = new ConcurrentLinkedQueue<>(answers);
	}

	static ScriptedServer answering(String... answers) throws IOException {
		ScriptedServer started = new ScriptedServer(new ServerSocket(0, 5, InetAddress.getLoopbackAddress()),
				Arrays.asList(answers));
		Thread thread = new Thread(started::serve, "scripted-server");
		thread.setDaemon(true);
		thread.start();
		return started;
	}

	private void serve() {
		while (!this.server.isClosed()) {
			try (Socket socket = this.server.accept()) {
				this.connections.incrementAndGet();
				converse(socket);
			}
			catch (SocketException ex) {
				// Closed by the test, or by the client in the middle.
				continue;
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

	private void converse(Socket socket) throws IOException {
		BufferedReader in = new BufferedReader(
				new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
		for (String head = in.readLine(); head != null; head = in.readLine()) {
			int length = 0;
			for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
				if (header.startsWith("Content-Length: ")) {
					length = Integer.parseInt(header.substring("Content-Length: ".length()));
				}
			}
			StringBuilder body = new StringBuilder();
			for (int i = 0; i < length; i++) {
				body.append((char) in.read());
			}
			this.requests.add(head + " " + body);
			String answer = this.answers.poll();
			if (answer == null || answer.equals(HANG_UP)) {
				return;
			}
			socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
			if (answer.contains("Connection: close")) {
				return;
			}
		}
	}

	URI url() {
		return URI.create("http://127.0.0.1:" + this.server.getLocalPort() + "/ojs/v1");
	}

	List<String> requests() {
		return this.requests;
	}

	int connections() {
		return this.connections.get();
	}

	@Override
	public void close() throws IOException {
		this.server.close();
	}

}
