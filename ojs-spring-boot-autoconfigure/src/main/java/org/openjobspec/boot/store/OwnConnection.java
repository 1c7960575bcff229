package org.openjobspec.boot.store;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Opens a connection beside the application's pool: the one on which a node listens for
 * the other nodes, and that of a heartbeat for which the pool has none. The former is
 * held for as long as the node runs, so it must not lead through a proxy that shares
 * connections between transactions.
 */
@FunctionalInterface
public interface OwnConnection {

	/**
	 * Opens a connection of its own.
	 * @return the connection
	 * @throws SQLException if the database does not let it
	 */
	Connection open() throws SQLException;

}
