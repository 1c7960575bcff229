package org.openjobspec.benchmarks.speed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A child process's end of the line to the harness: a message per line, as JSON. The line
 * is cut when the harness ends, however it ends, and with it the child.
 */
final class ParentLink implements AutoCloseable {

	/** The argument that names the port on which the harness waits. */
	static final String ARGUMENT = "--bench.parent=";

	private final Socket socket;

	private final BufferedReader in;

	private final Writer out;

	private ParentLink(Socket socket) throws IOException {
		this.socket = socket;
		this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
		this.out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
	}

	/**
	 * Connects to the harness.
	 * @param arguments the arguments of the process
	 * @return the line
	 * @throws IOException if nobody listens
	 */
	static ParentLink open(String[] arguments) throws IOException {
		String port = Arrays.stream(arguments)
			.filter((argument) -> argument.startsWith(ARGUMENT))
			.map((argument) -> argument.substring(ARGUMENT.length()))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("Started by the harness only"));
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
		socket.setTcpNoDelay(true);
		return new ParentLink(socket);
	}

	/**
	 * Sends a message.
	 * @param message a record
	 * @throws IOException if the harness is gone
	 */
	void tell(Object message) throws IOException {
		this.out.write(JsonMapper.shared().writeValueAsString(message) + "\n");
		this.out.flush();
	}

	/**
	 * Waits for a message.
	 * @param type what it is
	 * @param <T> what it is
	 * @return the message; {@code null} when the harness is gone or done with this
	 * process
	 */
	<T> @Nullable T next(Class<T> type) {
		try {
			String line = this.in.readLine();
			return (line != null) ? JsonMapper.shared().readValue(line, type) : null;
		}
		catch (IOException ex) {
			return null;
		}
	}

	@Override
	public void close() throws IOException {
		this.socket.close();
	}

}
