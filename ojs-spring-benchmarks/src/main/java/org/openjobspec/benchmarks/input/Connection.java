package org.openjobspec.benchmarks.input;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A client that sends whatever it is told to, byte by byte, keeps its connection as long
 * as the server does, and reads answers strictly.
 */
final class Connection implements AutoCloseable {

	private static final int TIMEOUT_MILLIS = 60_000;

	private final int port;

	private @Nullable Socket socket;

	private @Nullable InputStream in;

	private long opened;

	private long repeated;

	private long cut;

	private final List<String> failures = new ArrayList<>();

	Connection(int port) {
		this.port = port;
	}

	/**
	 * Sends a request and waits for its answer.
	 * @param request the request
	 * @return the answer, or {@code null} if the server closed the connection without one
	 * @throws IOException if the answer is not one, or does not come
	 */
	@Nullable Answer exchange(Request request) throws IOException {
		this.failures.clear();
		boolean fresh = this.socket == null;
		Answer answer = attempt(request);
		// The server may give up an idle connection at the moment at which it is used,
		// and the reset after a request that it has not read to its end may overtake its
		// answer, also on a new connection. The latter is counted.
		int attempts = 3;
		while (attempts-- > 0 && ((answer == null && request.expectation() != Expectation.UNFINISHED)
				|| (answer != null && answer.cut()))) {
			if (fresh && answer == null) {
				this.repeated++;
			}
			else if (fresh) {
				this.cut++;
			}
			fresh = true;
			answer = attempt(request);
		}
		return answer;
	}

	private @Nullable Answer attempt(Request request) throws IOException {
		long start = System.nanoTime();
		Socket current = open();
		boolean sent = send(current, request);
		Answer answer = null;
		IOException broken = null;
		try {
			answer = (request.expectation() == Expectation.BODY)
					? new Answer(0, List.of(), input().readAllBytes(), false) : read(request.headOnly());
		}
		catch (EOFException | SocketException ex) {
			broken = ex;
		}
		if (answer == null || answer.cut()) {
			this.failures.add("%s after %d µs, port %d%s".formatted((broken != null) ? broken : "end of the stream",
					(System.nanoTime() - start) / 1000, current.getLocalPort(), sent ? "" : ", not wholly sent"));
		}
		if (answer == null || answer.cut() || !sent || request.last() || answer.isBodyAlone() || closes(answer)) {
			close();
		}
		return answer;
	}

	// A server that has seen enough answers and closes while the rest is still on its
	// way.
	private static boolean send(Socket socket, Request request) {
		try {
			socket.getOutputStream().write(request.bytes());
			if (request.halfClose()) {
				socket.shutdownOutput();
			}
			return true;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private Socket open() throws IOException {
		Socket current = this.socket;
		if (current == null) {
			current = new Socket();
			current.setTcpNoDelay(true);
			current.setSoTimeout(TIMEOUT_MILLIS);
			current.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port), TIMEOUT_MILLIS);
			this.in = new BufferedInputStream(current.getInputStream(), 16_384);
			this.socket = current;
			this.opened++;
		}
		return current;
	}

	private static boolean closes(Answer answer) {
		return answer.all("Connection").stream().anyMatch((value) -> value.toLowerCase(Locale.ROOT).contains("close"));
	}

	private @Nullable Answer read(boolean headOnly) throws IOException {
		if (beginsWithBody()) {
			return new Answer(0, List.of(), input().readAllBytes(), false);
		}
		String line = line();
		if (line == null) {
			return null;
		}
		if (!line.matches("HTTP/1\\.[01] [1-5]\\d\\d( .*)?")) {
			throw new IOException("The answer does not start with a status line but with: " + line);
		}
		int status = Integer.parseInt(line.substring(9, 12));
		List<String> headers = new ArrayList<>();
		for (String header = required(); !header.isEmpty(); header = required()) {
			headers.add(header);
		}
		if (status < 200) {
			return read(headOnly);
		}
		Answer head = new Answer(status, headers, new byte[0], false);
		return (headOnly || status == 204 || status == 304) ? head : whole(head);
	}

	// Tomcat 11.0 leaves out the head where it cannot read a request line and the last
	// request that the same of its processors has served was one of HTTP/0.9.
	private boolean beginsWithBody() throws IOException {
		InputStream from = input();
		from.mark(1);
		int first = from.read();
		from.reset();
		return first == '{' || first == '<';
	}

	private Answer whole(Answer head) throws IOException {
		try {
			byte[] body = body(head);
			String length = head.header("Content-Length");
			return new Answer(head.status(), head.headers(), body,
					length != null && body.length < Integer.parseInt(length));
		}
		catch (EOFException | SocketException ex) {
			return new Answer(head.status(), head.headers(), new byte[0], true);
		}
	}

	private byte[] body(Answer head) throws IOException {
		InputStream from = input();
		if (head.all("Transfer-Encoding").stream().anyMatch((value) -> value.equalsIgnoreCase("chunked"))) {
			ByteArrayOutputStream out = new ByteArrayOutputStream();
			while (true) {
				int size = Integer.parseInt(required().split(";")[0].strip(), 16);
				byte[] chunk = from.readNBytes(size);
				if (chunk.length < size) {
					throw new EOFException();
				}
				out.writeBytes(chunk);
				String end = required();
				if (size == 0) {
					return out.toByteArray();
				}
				if (!end.isEmpty()) {
					throw new IOException("A chunk of the answer does not end where it should");
				}
			}
		}
		String length = head.header("Content-Length");
		if (length == null) {
			return from.readAllBytes();
		}
		return from.readNBytes(Integer.parseInt(length));
	}

	private String required() throws IOException {
		String line = line();
		if (line == null) {
			throw new EOFException();
		}
		return line;
	}

	private @Nullable String line() throws IOException {
		InputStream from = input();
		ByteArrayOutputStream out = new ByteArrayOutputStream(64);
		int b = from.read();
		if (b < 0) {
			return null;
		}
		while (b != '\n') {
			if (b < 0) {
				throw new EOFException();
			}
			out.write(b);
			b = from.read();
		}
		String line = out.toString(StandardCharsets.ISO_8859_1);
		if (!line.endsWith("\r")) {
			throw new IOException("A line of the answer does not end with CR LF: " + line);
		}
		return line.substring(0, line.length() - 1);
	}

	private InputStream input() throws IOException {
		InputStream from = this.in;
		if (from == null) {
			throw new EOFException();
		}
		return from;
	}

	/**
	 * How many connections it took.
	 * @return the number
	 */
	long opened() {
		return this.opened;
	}

	/**
	 * What went wrong with the last request, one line for each time that it was sent.
	 * @return the lines, none if its first answer was whole
	 */
	List<String> failures() {
		return List.copyOf(this.failures);
	}

	/**
	 * How often a connection that was opened for the request had no answer.
	 * @return the number
	 */
	long repeated() {
		return this.repeated;
	}

	/**
	 * How often an answer on a connection that was opened for the request was not whole.
	 * @return the number
	 */
	long cut() {
		return this.cut;
	}

	@Override
	public void close() {
		Socket current = this.socket;
		this.socket = null;
		this.in = null;
		if (current != null) {
			try {
				current.close();
			}
			catch (IOException ex) {
				// It is gone either way.
			}
		}
	}

}
