package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.PostgresServer;

/**
 * One PostgreSQL server, or a primary with a synchronous standby.
 */
final class Servers implements AutoCloseable {

	private static final Map<String, String> SETTINGS = Map.of("wal_keep_size", "1GB", "wal_retrieve_retry_interval",
			"200ms", "hot_standby", "on", "shared_buffers", "128MB");

	private static final Duration LIMIT = Duration.ofSeconds(60);

	private final AtomicReferenceArray<@Nullable PostgresServer> slots;

	private final List<Link> links = new ArrayList<>();

	private volatile int primary;

	private Servers(int count) {
		this.slots = new AtomicReferenceArray<>(count);
		this.slots.set(0, PostgresServer.start(SETTINGS));
	}

	static Servers start(boolean standby) {
		Servers servers = new Servers(standby ? 2 : 1);
		if (standby) {
			servers.addStandby();
		}
		return servers;
	}

	/** A new way to the servers. */
	Link link() {
		Link link = new Link(
				IntStream.range(0, this.slots.length()).mapToObj((slot) -> new TcpProxy(() -> port(slot))).toList());
		this.links.add(link);
		return link;
	}

	private int port(int slot) {
		PostgresServer server = this.slots.get(slot);
		return (server != null) ? server.port() : 0;
	}

	PostgresServer primary() {
		return Objects.requireNonNull(this.slots.get(this.primary));
	}

	Database database() {
		return primary().database();
	}

	boolean hasStandby() {
		return this.slots.length() > 1;
	}

	/**
	 * Kills the primary and makes the standby the primary. Until {@link #addStandby()}
	 * there is no other.
	 */
	void failOver() {
		int old = this.primary;
		PostgresServer standby = Objects.requireNonNull(this.slots.get(1 - old));
		PostgresServer killed = primary();
		killed.kill();
		standby.execute("SELECT pg_promote(true, 60)");
		this.primary = 1 - old;
		this.slots.set(old, null);
		killed.close();
	}

	/** Builds a standby from the primary and makes commits wait for it. */
	void addStandby() {
		try {
			Path directory = Files.createTempDirectory("ojs-benchmarks-standby");
			BaseBackup.take(primary(), directory);
			this.slots.set(1 - this.primary, PostgresServer.start(directory, SETTINGS));
			primary().execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'", "SELECT pg_reload_conf()");
			awaitSynchronous();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Waits until the standby keeps up, so that nothing is lost by a failover. */
	void awaitSynchronous() {
		long end = System.nanoTime() + LIMIT.toNanos();
		while (System.nanoTime() < end) {
			try (Connection connection = database().connect();
					Statement statement = connection.createStatement();
					ResultSet row = statement
						.executeQuery("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'")) {
				row.next();
				if (row.getInt(1) > 0) {
					return;
				}
			}
			catch (SQLException ex) {
				throw new IllegalStateException("The primary does not answer", ex);
			}
			Pause.of(Duration.ofMillis(100));
		}
		throw new IllegalStateException("The standby has not become synchronous within " + LIMIT);
	}

	@Override
	public void close() {
		this.links.forEach(Link::close);
		for (int slot = 0; slot < this.slots.length(); slot++) {
			PostgresServer server = this.slots.get(slot);
			if (server != null) {
				server.close();
			}
		}
	}

}
