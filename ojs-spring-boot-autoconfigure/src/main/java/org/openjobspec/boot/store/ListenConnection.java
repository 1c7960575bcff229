package org.openjobspec.boot.store;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Opens the connection on which a node listens for the other nodes. It is held for as
 * long as the node runs, so it must not come from a pool that retires connections, nor
 * through a proxy that shares them between transactions.
 */
@FunctionalInterface
public interface ListenConnection {

	/**
	 * Opens a connection of its own.
	 * @return the connection
	 * @throws SQLException if the database does not let it
	 */
	Connection open() throws SQLException;

}
