package org.openjobspec.benchmarks.speed;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import javax.sql.DataSource;

import org.openjobspec.benchmarks.support.Database;

import org.springframework.context.ConfigurableApplicationContext;

/**
 * A node in this process whose conversation with its database is counted: the calls of
 * the application, and the round trips on the wire.
 */
final class CountedNode implements AutoCloseable {

	private final ConfigurableApplicationContext context;

	private final CountingDataSource dataSource;

	private final String name;

	private CountedNode(ConfigurableApplicationContext context, String name) {
		this.context = context;
		this.dataSource = (CountingDataSource) context.getBean(DataSource.class);
		this.name = name;
	}

	/**
	 * Counts so far.
	 *
	 * @param nanos when
	 * @param statements executions of statements by the application
	 * @param ends commits, rollbacks and savepoints by the application
	 * @param pool round trips on the pool's connections, with what the pool and the
	 * driver do by themselves
	 * @param listener round trips on the listening connection
	 */
	record Counts(long nanos, long statements, long ends, long pool, long listener) {

		Counts since(Counts before) {
			return new Counts(this.nanos - before.nanos, this.statements - before.statements, this.ends - before.ends,
					this.pool - before.pool, this.listener - before.listener);
		}

		double seconds() {
			return this.nanos / 1e9;
		}

		/** Everything for which the application waited. */
		long calls() {
			return this.statements + this.ends;
		}

		/** Everything that went to the server and back. */
		long roundTrips() {
			return this.pool + this.listener;
		}

	}

	/**
	 * Starts a node.
	 * @param database its database
	 * @param name a name that no other counted node has
	 * @param properties further properties
	 * @return the running node
	 */
	static CountedNode start(Database database, String name, String... properties) {
		List<String> all = new ArrayList<>(List.of("bench.counting=true",
				"ojs.wakeup.url=" + CountingSocketFactory.counted(database, listener(name)).url()));
		all.addAll(Arrays.asList(properties));
		return new CountedNode(
				NodeApplication.start(CountingSocketFactory.counted(database, name), all.toArray(String[]::new)), name);
	}

	private static String listener(String name) {
		return name + "-listener";
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	Counts counts() {
		return new Counts(System.nanoTime(), this.dataSource.statements(), this.dataSource.ends(),
				CountingSocketFactory.roundTrips(this.name), CountingSocketFactory.roundTrips(listener(this.name)));
	}

	@Override
	public void close() {
		this.context.close();
	}

}
