package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * A way to a server that can be cut and blocked.
 */
final class TcpProxy implements AutoCloseable {

	private final IntSupplier target;

	private final ServerSocket listener;

	private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

	private final Object gate = new Object();

	private final Set<Direction> blocked = EnumSet.noneOf(Direction.class);

	/**
	 * Opens a way.
	 * @param target the port to lead to, asked at each connection; 0 when there is none
	 */
	TcpProxy(IntSupplier target) {
		this.target = target;
		try {
			this.listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		daemon("proxy-accept", this::accept);
	}

	/** Which way bytes go. */
	enum Direction {

		/** From the application to the database. */
		TO_SERVER,

		/** From the database to the application. */
		TO_CLIENT

	}

	int port() {
		return this.listener.getLocalPort();
	}

	private static void daemon(String name, Runnable work) {
		Thread thread = new Thread(work, name);
		thread.setDaemon(true);
		thread.start();
	}

	private void accept() {
		while (!this.listener.isClosed()) {
			try {
				Socket client = this.listener.accept();
				daemon("proxy-connect", () -> connect(client));
			}
			catch (IOException ex) {
				// The proxy was closed, or a client gave up before it was accepted.
			}
		}
	}

	private void connect(Socket client) {
		this.sockets.add(client);
		Socket server = new Socket();
		try {
			int port = this.target.getAsInt();
			if (port == 0) {
				throw new IOException("There is no server");
			}
			server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 5000);
			client.setTcpNoDelay(true);
			server.setTcpNoDelay(true);
			this.sockets.add(server);
			daemon("proxy-up", () -> pump(client, server, Direction.TO_SERVER));
			pump(server, client, Direction.TO_CLIENT);
		}
		catch (IOException ex) {
			cut(client);
			cut(server);
		}
	}

	private void pump(Socket from, Socket to, Direction direction) {
		byte[] buffer = new byte[16_384];
		try {
			InputStream in = from.getInputStream();
			OutputStream out = to.getOutputStream();
			for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
				awaitOpen(direction);
				out.write(buffer, 0, count);
			}
		}
		catch (IOException ex) {
			// One side is gone, and so is the other then.
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		finally {
			close(from);
			close(to);
		}
	}

	private void awaitOpen(Direction direction) throws InterruptedException {
		synchronized (this.gate) {
			while (this.blocked.contains(direction)) {
				this.gate.wait();
			}
		}
	}

	/**
	 * Lets nothing through any more; connections stay open.
	 * @param directions which ways
	 */
	void block(Set<Direction> directions) {
		synchronized (this.gate) {
			this.blocked.addAll(directions);
		}
	}

	/** Lets everything through again. */
	void unblock() {
		synchronized (this.gate) {
			this.blocked.clear();
			this.gate.notifyAll();
		}
	}

	/** Resets every connection, at both ends. */
	void reset() {
		this.sockets.forEach(this::cut);
	}

	private void cut(Socket socket) {
		try {
			// Makes the close send a reset in place of an orderly end.
			socket.setSoLinger(true, 0);
		}
		catch (IOException ex) {
			// It is closed already.
		}
		close(socket);
	}

	private void close(Socket socket) {
		this.sockets.remove(socket);
		try {
			socket.close();
		}
		catch (IOException ex) {
			// Nothing is left to be closed.
		}
	}

	@Override
	public void close() {
		unblock();
		try {
			this.listener.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		reset();
	}

}
