package org.openjobspec.benchmarks.speed;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.openjobspec.benchmarks.support.ChildProcess;
import tools.jackson.databind.json.JsonMapper;

/**
 * A child process with a line to it, whose other end is {@link ParentLink}. Closing the
 * line lets the child end in order.
 */
final class LinkedProcess implements AutoCloseable {

	private static final Duration START_LIMIT = Duration.ofMinutes(2);

	private static final Duration ANSWER_LIMIT = Duration.ofMinutes(10);

	private static final Duration END_LIMIT = Duration.ofSeconds(60);

	private final ChildProcess process;

	private final Socket socket;

	private final BufferedReader in;

	private final Writer out;

	private LinkedProcess(ChildProcess process, Socket socket) throws IOException {
		this.process = process;
		this.socket = socket;
		this.in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
		this.out = new OutputStreamWriter(socket.getOutputStream(), StandardCharsets.UTF_8);
	}

	/**
	 * Starts a process and waits until it calls back.
	 * @param main its main class, which opens a {@link ParentLink}
	 * @param log where its output goes
	 * @param jvmOptions options of its JVM
	 * @param arguments its arguments
	 * @return the process
	 */
	static LinkedProcess start(Class<?> main, Path log, List<String> jvmOptions, List<String> arguments) {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			List<String> all = new ArrayList<>(arguments);
			all.add(ParentLink.ARGUMENT + server.getLocalPort());
			ChildProcess process = ChildProcess.start(main, log, jvmOptions, all);
			try {
				Socket socket = accept(server, process);
				socket.setTcpNoDelay(true);
				socket.setSoTimeout((int) ANSWER_LIMIT.toMillis());
				return new LinkedProcess(process, socket);
			}
			catch (IOException | RuntimeException ex) {
				process.kill();
				throw ex;
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Socket accept(ServerSocket server, ChildProcess process) throws IOException {
		server.setSoTimeout(200);
		long end = System.nanoTime() + START_LIMIT.toNanos();
		while (System.nanoTime() - end < 0) {
			try {
				return server.accept();
			}
			catch (SocketTimeoutException ex) {
				if (!process.isAlive()) {
					throw ended(process);
				}
			}
		}
		throw new IllegalStateException(
				"A process did not start within %s; its log is %s".formatted(START_LIMIT, process.log()));
	}

	private static IllegalStateException ended(ChildProcess process) throws IOException {
		List<String> log = Files.readAllLines(process.log());
		return new IllegalStateException("A process has ended; the end of its log %s says:%n%s".formatted(process.log(),
				String.join(System.lineSeparator(), log.subList(Math.max(0, log.size() - 20), log.size()))));
	}

	/**
	 * The id of the process.
	 * @return the id
	 */
	long pid() {
		return this.process.pid();
	}

	/**
	 * Sends a message.
	 * @param message a record
	 */
	void tell(Object message) {
		try {
			this.out.write(JsonMapper.shared().writeValueAsString(message) + "\n");
			this.out.flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Waits for a message.
	 * @param type what it is
	 * @param <T> what it is
	 * @return the message
	 */
	<T> T receive(Class<T> type) {
		try {
			String line = this.in.readLine();
			if (line == null) {
				this.process.await(END_LIMIT);
				throw ended(this.process);
			}
			return JsonMapper.shared().readValue(line, type);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Lets the process end in order; kills one that does not. */
	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		finally {
			if (!this.process.await(END_LIMIT)) {
				this.process.kill();
			}
		}
	}

}
