package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import org.openjobspec.benchmarks.faults.Disturbance.Cause;
import org.openjobspec.boot.store.Store;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The servers, the nodes, and what has happened to them.
 */
final class Cluster implements AutoCloseable {

	private static final List<String> TABLES = List.of("CREATE SCHEMA harness", """
			CREATE TABLE harness.run (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, job uuid NOT NULL,
			    attempt int NOT NULL, worker text NOT NULL, node text NOT NULL,
			    started_at timestamptz NOT NULL DEFAULT clock_timestamp(), ended_at timestamptz, result text)
			""", "CREATE INDEX ON harness.run (job)",
			"CREATE TABLE harness.effect (job uuid NOT NULL, attempt int NOT NULL)",
			"CREATE INDEX ON harness.effect (job)", "CREATE TABLE harness.request (job uuid NOT NULL)",
			"CREATE INDEX ON harness.request (job)", "CREATE TABLE harness.refusal (job uuid NOT NULL)",
			"CREATE TABLE harness.no_key (key int PRIMARY KEY)",
			"CREATE TABLE harness.refused (key int REFERENCES harness.no_key DEFERRABLE INITIALLY DEFERRED)",
			"CREATE TABLE harness.stall (node text NOT NULL, from_at timestamptz NOT NULL, to_at timestamptz NOT NULL)");

	/** Fewer restarts cost less than the archive. */
	private static final int WORTH_AN_ARCHIVE = 3;

	private final Settings settings;

	private final Servers servers;

	private final Disturbances disturbances = new Disturbances();

	private final HikariDataSource pool;

	private final RunRecorder recorder;

	private final List<NodeProcess> nodes;

	private final Map<NodeProcess, Long> avoided = new ConcurrentHashMap<>();

	private final StallWatch watch;

	/** A node that is never restarted, so that its memory can be followed. */
	private final boolean oneStays;

	Cluster(Settings settings, boolean standby, boolean oneStays) {
		this.settings = settings;
		this.oneStays = oneStays;
		this.servers = Servers.start(standby);
		TABLES.forEach((sql) -> this.servers.primary().execute(sql));
		Link direct = this.servers.link();
		HikariConfig config = new HikariConfig();
		config.setJdbcUrl(direct.database().url());
		config.setUsername("postgres");
		config.setMaximumPoolSize(6);
		config.setMinimumIdle(1);
		config.setConnectionTimeout(2000);
		config.setValidationTimeout(1000);
		this.pool = new HikariDataSource(config);
		this.recorder = new RunRecorder(direct.database(), Run.REMOTE);
		this.watch = new StallWatch(settings.stall(),
				(from, to) -> this.disturbances.add(Cause.MACHINE_STALLED, null, from, to));
		this.nodes = IntStream.rangeClosed(1, settings.nodes())
			.mapToObj((number) -> new NodeProcess("node-" + number, this.servers.link(), direct, settings))
			.toList();
	}

	void start() {
		if (this.oneStays || this.settings.times() >= WORTH_AN_ARCHIVE) {
			this.nodes.get(0).archiveClasses();
		}
		this.nodes.forEach(NodeProcess::launch);
		this.nodes.forEach(NodeProcess::awaitReady);
	}

	Settings settings() {
		return this.settings;
	}

	Servers servers() {
		return this.servers;
	}

	Disturbances disturbances() {
		return this.disturbances;
	}

	/** Runs of workers in this process. */
	RunRecorder recorder() {
		return this.recorder;
	}

	JdbcClient jdbc() {
		return JdbcClient.create(this.pool);
	}

	/** The library's own statements, for what only they know how to read. */
	Store store() {
		return new Store(this.pool, null);
	}

	JdbcTemplate template() {
		return new JdbcTemplate(this.pool);
	}

	List<NodeProcess> nodes() {
		return this.nodes;
	}

	/** The nodes that may be killed or restarted. */
	List<NodeProcess> mortals() {
		return this.oneStays ? this.nodes.subList(1, this.nodes.size()) : this.nodes;
	}

	NodeProcess anyNode(RandomGenerator random) {
		return this.nodes.get(random.nextInt(this.nodes.size()));
	}

	NodeProcess anyMortal(RandomGenerator random) {
		return mortals().get(random.nextInt(mortals().size()));
	}

	/**
	 * Sends a request to any node, as through a load balancer: one that did not answer is
	 * left alone for a second.
	 * @param path the path
	 * @param body the body
	 * @param patience how long the node may wait before it answers
	 * @return the answer
	 * @throws IOException if there is none
	 */
	Http.Reply post(String path, Map<String, ?> body, Duration patience) throws IOException {
		long now = System.nanoTime();
		Predicate<NodeProcess> usable = (
				node) -> now - this.avoided.getOrDefault(node, now - 2_000_000_000L) > 1_000_000_000L;
		List<NodeProcess> choice = this.nodes.stream().filter(usable).toList();
		List<NodeProcess> from = choice.isEmpty() ? this.nodes : choice;
		NodeProcess node = from.get(ThreadLocalRandom.current().nextInt(from.size()));
		try {
			return Http.post(node.port(), path, body, patience);
		}
		catch (IOException ex) {
			this.avoided.put(node, System.nanoTime());
			throw ex;
		}
	}

	/** Takes over what the nodes themselves have noticed. */
	void collectStalls() {
		jdbc().sql("SELECT node, from_at, to_at FROM harness.stall").query((RowCallbackHandler) (row) -> {
			this.disturbances.add(Cause.NODE_STALLED, row.getString("node"), instant(row, "from_at"),
					instant(row, "to_at"));
		});
	}

	static Instant instant(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

	@Override
	public void close() {
		this.nodes.forEach(NodeProcess::close);
		this.watch.close();
		this.recorder.close();
		this.pool.close();
		this.servers.close();
	}

}
