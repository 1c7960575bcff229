package org.openjobspec.benchmarks.speed;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * One HTTP/1.1 connection that is kept alive, for one thread. As lean as can be, since
 * the load shares the machine with what it measures. Anything but an answer of 2xx that
 * is understood to its end is an exception.
 */
final class HttpConnection implements AutoCloseable {

	private static final Duration TIMEOUT = Duration.ofSeconds(30);

	private static final int MAX_LINE = 16_384;

	private static final int MAX_BODY = 64 * 1024 * 1024;

	private final URI base;

	private final int port;

	private final byte[] buffer = new byte[32_768];

	private final byte[] line = new byte[MAX_LINE];

	private int position;

	private int limit;

	private long opened;

	private @Nullable Socket socket;

	/**
	 * Creates a connection that is opened by the first request.
	 * @param base what every path is appended to, without a slash at its end
	 */
	HttpConnection(URI base) {
		if (!"http".equals(base.getScheme()) || base.getHost() == null || base.getRawQuery() != null) {
			throw new IllegalArgumentException("Not of the form http://host:port/path: " + base);
		}
		this.base = base;
		this.port = (base.getPort() != -1) ? base.getPort() : 80;
	}

	/**
	 * How often the connection was opened, as the server may end it in order.
	 * @return the number
	 */
	long opened() {
		return this.opened;
	}

	/**
	 * Sends a request and reads its answer.
	 * @param path the path below the base
	 * @param body JSON
	 * @return the body of the answer
	 * @throws IOException if the connection fails, the status is not 2xx, or the answer
	 * is not HTTP
	 */
	byte[] post(String path, byte[] body) throws IOException {
		Socket open = open();
		try {
			send(open.getOutputStream(), path, body);
			return receive(open.getInputStream(), path);
		}
		catch (IOException ex) {
			close();
			throw ex;
		}
	}

	private Socket open() throws IOException {
		Socket current = this.socket;
		if (current == null) {
			current = new Socket();
			current.setTcpNoDelay(true);
			current.setSoTimeout((int) TIMEOUT.toMillis());
			current.connect(new InetSocketAddress(this.base.getHost(), this.port), (int) TIMEOUT.toMillis());
			this.socket = current;
			this.position = 0;
			this.limit = 0;
			this.opened++;
		}
		return current;
	}

	// Head and body in one write, so that they travel in one packet.
	private void send(OutputStream out, String path, byte[] body) throws IOException {
		byte[] head = ("POST " + this.base.getRawPath() + path + " HTTP/1.1\r\nHost: " + this.base.getRawAuthority()
				+ "\r\nContent-Type: application/openjobspec+json\r\nAccept: */*\r\nContent-Length: " + body.length
				+ "\r\n\r\n")
			.getBytes(StandardCharsets.ISO_8859_1);
		byte[] request = new byte[head.length + body.length];
		System.arraycopy(head, 0, request, 0, head.length);
		System.arraycopy(body, 0, request, head.length, body.length);
		out.write(request);
	}

	private byte[] receive(InputStream in, String path) throws IOException {
		int status = status(readLine(in));
		long length = -1;
		boolean chunked = false;
		boolean last = false;
		for (String header = readLine(in); !header.isEmpty(); header = readLine(in)) {
			int colon = header.indexOf(':');
			if (colon < 1) {
				throw new IOException("Not a header: " + header);
			}
			String value = header.substring(colon + 1).strip();
			switch (header.substring(0, colon).toLowerCase(Locale.ROOT)) {
				case "content-length" -> length = number(value, 10);
				case "transfer-encoding" -> chunked = chunked(value);
				case "connection" -> last = value.equalsIgnoreCase("close");
				default -> {
				}
			}
		}
		byte[] answer = body(in, status, length, chunked);
		if (last) {
			close();
		}
		if (status < 200 || status > 299) {
			throw new IOException("POST %s was answered with %d: %s".formatted(path, status,
					new String(answer, StandardCharsets.UTF_8)));
		}
		return answer;
	}

	private byte[] body(InputStream in, int status, long length, boolean chunked) throws IOException {
		if (chunked) {
			return readChunks(in);
		}
		if (length >= 0) {
			byte[] answer = new byte[size(length)];
			readFully(in, answer);
			return answer;
		}
		if (status == 204) {
			return new byte[0];
		}
		throw new IOException("An answer of status %d does not tell its length".formatted(status));
	}

	private static int status(String line) throws IOException {
		if (!line.startsWith("HTTP/1.1 ") || line.length() < 12) {
			throw new IOException("Not the start of an answer in HTTP/1.1: " + line);
		}
		return (int) number(line.substring(9, 12), 10);
	}

	private static boolean chunked(String value) throws IOException {
		if (!value.equalsIgnoreCase("chunked")) {
			throw new IOException("Transfer-Encoding: " + value);
		}
		return true;
	}

	private static long number(String text, int radix) throws IOException {
		try {
			return Long.parseUnsignedLong(text, radix);
		}
		catch (NumberFormatException ex) {
			throw new IOException("Not a number: " + text, ex);
		}
	}

	private static int size(long length) throws IOException {
		if (length < 0 || length > MAX_BODY) {
			throw new IOException("A body of %d bytes".formatted(length));
		}
		return (int) length;
	}

	private byte[] readChunks(InputStream in) throws IOException {
		ByteArrayOutputStream body = new ByteArrayOutputStream(1024);
		while (true) {
			String head = readLine(in);
			int semicolon = head.indexOf(';');
			int size = size(number(((semicolon < 0) ? head : head.substring(0, semicolon)).strip(), 16));
			if (size == 0) {
				break;
			}
			byte[] chunk = new byte[size];
			readFully(in, chunk);
			body.write(chunk, 0, size);
			size((long) body.size());
			if (!readLine(in).isEmpty()) {
				throw new IOException("A chunk is longer than it says");
			}
		}
		String trailer = readLine(in);
		while (!trailer.isEmpty()) {
			trailer = readLine(in);
		}
		return body.toByteArray();
	}

	private String readLine(InputStream in) throws IOException {
		int length = 0;
		while (true) {
			if (this.position == this.limit) {
				fill(in);
			}
			byte next = this.buffer[this.position++];
			if (next == '\n') {
				break;
			}
			if (length == MAX_LINE) {
				throw new IOException("A line without an end");
			}
			this.line[length++] = next;
		}
		int end = (length > 0 && this.line[length - 1] == '\r') ? length - 1 : length;
		return new String(this.line, 0, end, StandardCharsets.ISO_8859_1);
	}

	private void readFully(InputStream in, byte[] target) throws IOException {
		int done = 0;
		while (done < target.length) {
			if (this.position == this.limit) {
				fill(in);
			}
			int part = Math.min(target.length - done, this.limit - this.position);
			System.arraycopy(this.buffer, this.position, target, done, part);
			this.position += part;
			done += part;
		}
	}

	private void fill(InputStream in) throws IOException {
		int read = in.read(this.buffer);
		if (read < 0) {
			throw new EOFException("The server has closed the connection in the middle of an exchange");
		}
		this.position = 0;
		this.limit = read;
	}

	@Override
	public void close() throws IOException {
		Socket open = this.socket;
		this.socket = null;
		if (open != null) {
			open.close();
		}
	}

}
