package org.openjobspec.boot.store;

import java.util.function.Supplier;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

/**
 * How to reach the database, for who makes the {@link Store} later: it is some 60 classes
 * full of statements, which the start of an application should not wait for.
 */
public final class StoreFactory {

	private final DataSource dataSource;

	private final Supplier<@Nullable OwnConnection> listenConnection;

	private final Supplier<@Nullable OwnConnection> besidePool;

	/**
	 * Creates a factory.
	 * @param dataSource a PostgreSQL DataSource, whose pool is shared with the host
	 * application
	 * @param listenConnection gives what opens the connection to listen on; gives
	 * {@code null} to rely on polling alone
	 * @param besidePool gives what opens a connection when the pool has none; gives
	 * {@code null} to do without
	 */
	public StoreFactory(DataSource dataSource, Supplier<@Nullable OwnConnection> listenConnection,
			Supplier<@Nullable OwnConnection> besidePool) {
		this.dataSource = dataSource;
		this.listenConnection = listenConnection;
		this.besidePool = besidePool;
	}

	/**
	 * Creates the statements. Does not connect.
	 * @return the database as the engine sees it
	 */
	public Store create() {
		return new Store(this.dataSource, this.listenConnection.get(), this.besidePool.get());
	}

}
