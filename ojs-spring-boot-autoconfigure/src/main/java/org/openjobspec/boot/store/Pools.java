package org.openjobspec.boot.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.openjobspec.boot.job.Pool;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Named sets of queues.
 */
public final class Pools {

	private static final String PUT = """
			INSERT INTO ojs.pool (name, strategy, queues, weights)
			VALUES (:name, :strategy, :queues::text[], :weights::int[])
			ON CONFLICT (name) DO UPDATE
			SET strategy = excluded.strategy, queues = excluded.queues, weights = excluded.weights
			RETURNING xmax = 0 AS created
			""";

	private final JdbcClient jdbc;

	Pools(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Stores a pool, in place of the one of its name.
	 * @param pool the pool
	 * @return whether there was none
	 */
	public boolean put(Pool pool) {
		return this.jdbc.sql(PUT)
			.param("name", pool.name())
			.param("strategy", pool.strategy().wireName())
			.param("queues", SqlArrays.texts(pool.queues().entrySet(), Map.Entry::getKey))
			.param("weights", SqlArrays.integers(pool.queues().entrySet(), Map.Entry::getValue))
			.query(Boolean.class)
			.single();
	}

	/**
	 * Deletes a pool.
	 * @param name its name
	 * @return whether it was there
	 */
	public boolean delete(String name) {
		return this.jdbc.sql("DELETE FROM ojs.pool WHERE name = :name").param("name", name).update() > 0;
	}

	/**
	 * Lists the pools.
	 * @return the pools by name
	 */
	public List<Pool> list() {
		return this.jdbc.sql("SELECT name, strategy, queues, weights FROM ojs.pool ORDER BY name")
			.query((row, number) -> pool(row))
			.list();
	}

	private static Pool pool(ResultSet row) throws SQLException {
		String[] names = (String[]) row.getArray("queues").getArray();
		Integer[] weights = (Integer[]) row.getArray("weights").getArray();
		Map<String, Integer> queues = new LinkedHashMap<>();
		for (int i = 0; i < names.length; i++) {
			queues.put(names[i], weights[i]);
		}
		return new Pool(row.getString("name"), Pool.Strategy.of("strategy", row.getString("strategy")), queues);
	}

}
