package org.openjobspec.boot.store;

import javax.sql.DataSource;

/**
 * The database as the engine sees it: one object per group of statements.
 */
public final class Store {

	/**
	 * Creates the statements over a DataSource.
	 * @param dataSource a PostgreSQL DataSource, whose pool is shared with the host
	 * application
	 */
	public Store(DataSource dataSource) {
	}

}
