package org.openjobspec.benchmarks.faults;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import org.openjobspec.benchmarks.faults.TcpProxy.Direction;
import org.openjobspec.benchmarks.support.Database;

/**
 * One client's way to the servers, whichever of them is the primary.
 */
final class Link implements AutoCloseable {

	private final List<TcpProxy> proxies;

	Link(List<TcpProxy> proxies) {
		this.proxies = List.copyOf(proxies);
	}

	/** The database, with a URL that names every server and asks for the primary. */
	Database database() {
		String hosts = this.proxies.stream()
			.map((proxy) -> "localhost:" + proxy.port())
			.collect(Collectors.joining(","));
		// Without the last one the driver does not look again, for ten seconds, at a
		// server that was a standby.
		String choice = (this.proxies.size() > 1) ? "&targetServerType=primary&hostRecheckSeconds=1" : "";
		return new Database(
				"jdbc:postgresql://" + hosts + "/postgres?connectTimeout=3&reWriteBatchedInserts=true" + choice,
				"postgres", "");
	}

	void block(Set<Direction> directions) {
		this.proxies.forEach((proxy) -> proxy.block(directions));
	}

	void unblock() {
		this.proxies.forEach(TcpProxy::unblock);
	}

	void reset() {
		this.proxies.forEach(TcpProxy::reset);
	}

	@Override
	public void close() {
		this.proxies.forEach(TcpProxy::close);
	}

}
