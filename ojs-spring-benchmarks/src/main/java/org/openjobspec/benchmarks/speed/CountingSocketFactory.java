package org.openjobspec.benchmarks.speed;

import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

import javax.net.SocketFactory;

import org.openjobspec.benchmarks.support.Database;

/**
 * Makes the PostgreSQL driver's sockets, and counts round trips where nothing can hide
 * from it: a read that follows a write. The driver makes the factory by name, hence its
 * visibility.
 */
public final class CountingSocketFactory extends SocketFactory {

	private static final Map<String, LongAdder> COUNTERS = new ConcurrentHashMap<>();

	private final LongAdder counter;

	/**
	 * Creates a factory.
	 * @param name whose round trips to count
	 */
	public CountingSocketFactory(String name) {
		this.counter = counter(name);
	}

	private static LongAdder counter(String name) {
		return COUNTERS.computeIfAbsent(name, (key) -> new LongAdder());
	}

	/**
	 * Round trips so far.
	 * @param name whose
	 * @return the number
	 */
	static long roundTrips(String name) {
		return counter(name).sum();
	}

	/**
	 * A database whose connections are counted.
	 * @param database the database
	 * @param name whose round trips to count
	 * @return the same database, by another URL
	 */
	static Database counted(Database database, String name) {
		String separator = database.url().contains("?") ? "&" : "?";
		return new Database(
				database.url() + separator + "socketFactory=" + CountingSocketFactory.class.getName()
						+ "&socketFactoryArg=" + URLEncoder.encode(name, StandardCharsets.UTF_8),
				database.user(), database.password());
	}

	@Override
	public Socket createSocket() {
		return new CountedSocket(this.counter);
	}

	@Override
	public Socket createSocket(String host, int port) throws IOException {
		throw new IOException("The driver connects its sockets itself");
	}

	@Override
	public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
		return createSocket(host, port);
	}

	@Override
	public Socket createSocket(InetAddress host, int port) throws IOException {
		return createSocket(host.getHostAddress(), port);
	}

	@Override
	public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
			throws IOException {
		return createSocket(address, port);
	}

	private static final class CountedSocket extends Socket {

		private final LongAdder counter;

		private volatile boolean asked;

		CountedSocket(LongAdder counter) {
			this.counter = counter;
		}

		@Override
		public InputStream getInputStream() throws IOException {
			return new FilterInputStream(super.getInputStream()) {

				@Override
				public int read() throws IOException {
					answered();
					return super.read();
				}

				@Override
				public int read(byte[] bytes, int offset, int length) throws IOException {
					answered();
					return super.read(bytes, offset, length);
				}

			};
		}

		@Override
		public OutputStream getOutputStream() throws IOException {
			return new FilterOutputStream(super.getOutputStream()) {

				@Override
				public void write(int value) throws IOException {
					CountedSocket.this.asked = true;
					this.out.write(value);
				}

				@Override
				public void write(byte[] bytes, int offset, int length) throws IOException {
					CountedSocket.this.asked = true;
					this.out.write(bytes, offset, length);
				}

			};
		}

		private void answered() {
			if (this.asked) {
				this.asked = false;
				this.counter.increment();
			}
		}

	}

}
