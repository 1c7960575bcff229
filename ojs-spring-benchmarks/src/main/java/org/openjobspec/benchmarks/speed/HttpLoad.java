package org.openjobspec.benchmarks.speed;

import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.postgresql.util.PSQLState;

/**
 * What an OJS server does over HTTP, and what limits it.
 */
final class HttpLoad implements Scenario {

	private static final int MILLIS = 5000;

	private static final int WARM_UP_MILLIS = 1000;

	private static final int FIRST_WARM_UP_MILLIS = 10_000;

	private static final List<Integer> CONNECTIONS = List.of(1, 16, 64);

	private static final String DATABASE = "bench_http";

	// Without RESTART IDENTITY: what nodes know of the order of jobs stays true.
	private static final String CLEAR = """
			TRUNCATE ojs.job, ojs.ready, ojs.waiting, ojs.outcome, ojs.failure, ojs.expiry, ojs.unique_key, ojs.claim,
			         ojs.lease, ojs.event
			""";

	private final @Nullable URI target;

	/**
	 * Creates the scenario.
	 * @param target a server to measure instead of a node of ours; {@code null} for ours
	 */
	HttpLoad(@Nullable URI target) {
		this.target = target;
	}

	/** The server under load. */
	private interface Server extends AutoCloseable {

		String url();

		/** Makes loads begin alike. */
		void prepare() throws SQLException;

		@Nullable Profiler profile(long load) throws SQLException;

		@Override
		void close();

	}

	@Override
	public String name() {
		return "http";
	}

	@Override
	public Section run(Bench bench) throws Exception {
		Map<HttpReport.Load, List<HttpReport.Measured>> measured = new LinkedHashMap<>();
		try (LinkedProcess generator = LinkedProcess.start(LoadGenerator.class,
				bench.directory().resolve("http-load.log"), List.of("-Xmx512m"), List.of());
				Server server = (this.target != null) ? theirs(this.target) : ours(bench)) {
			int millis = Math.max(1000, bench.scaled(MILLIS));
			int warmUpMillis = Math.max(200, bench.scaled(WARM_UP_MILLIS));
			for (int batch : List.of(1, 100)) {
				measure(server, generator, new HttpReport.Load(true, batch, 16).plan(server.url(), 0,
						Math.max(millis, bench.scaled(FIRST_WARM_UP_MILLIS))), false);
			}
			for (int round = 1; round <= bench.rounds(); round++) {
				for (HttpReport.Load load : loads()) {
					server.prepare();
					HttpReport.Measured one = measure(server, generator, load.plan(server.url(), warmUpMillis, millis),
							load.connections() == HttpReport.PROFILED);
					bench.log("Round %d, %s: %.0f requests/s, %.0f jobs/s".formatted(round, load.text(),
							one.result().requestsPerSecond(), one.result().jobsPerSecond()));
					measured.computeIfAbsent(load, (key) -> new ArrayList<>()).add(one);
				}
			}
			return new HttpReport(measured).section(this.target, millis);
		}
	}

	private static List<HttpReport.Load> loads() {
		List<HttpReport.Load> loads = new ArrayList<>();
		for (boolean roundTrip : new boolean[] { false, true }) {
			for (int batch : List.of(1, 100)) {
				CONNECTIONS.forEach((connections) -> loads.add(new HttpReport.Load(roundTrip, batch, connections)));
			}
		}
		return loads;
	}

	private static Server theirs(URI target) {
		return new Server() {

			@Override
			public String url() {
				String text = target.toString();
				return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
			}

			@Override
			public void prepare() {
			}

			@Override
			public @Nullable Profiler profile(long load) {
				return null;
			}

			@Override
			public void close() {
			}

		};
	}

	private static Server ours(Bench bench) {
		Database database = bench.server().fresh(DATABASE);
		LinkedProcess node = LinkedProcess.start(NodeApplication.class, bench.directory().resolve("http-node.log"),
				List.of("-Xmx1g"), NodeApplication.arguments(database));
		NodeApplication.Started started = node.receive(NodeApplication.Started.class);
		return new Server() {

			@Override
			public String url() {
				return "http://127.0.0.1:" + started.port() + "/ojs/v1";
			}

			@Override
			public void prepare() throws SQLException {
				try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
					clear(statement);
					statement.execute("CHECKPOINT");
				}
			}

			@Override
			public Profiler profile(long load) throws SQLException {
				return Profiler.start(bench.server(), DATABASE, node.pid(), load);
			}

			@Override
			public void close() {
				node.close();
			}

		};
	}

	// The node's maintenance goes on and may lock the same tables in another order.
	private static void clear(Statement statement) throws SQLException {
		for (int attempt = 1; true; attempt++) {
			try {
				statement.execute(CLEAR);
				return;
			}
			catch (SQLException ex) {
				if (!PSQLState.DEADLOCK_DETECTED.getState().equals(ex.getSQLState()) || attempt == 5) {
					throw ex;
				}
			}
		}
	}

	private static HttpReport.Measured measure(Server server, LinkedProcess generator, LoadPlan plan, boolean profiled)
			throws SQLException, InterruptedException {
		generator.tell(plan);
		generator.receive(LoadGenerator.Moment.class);
		Profiler profiler = profiled ? server.profile(generator.pid()) : null;
		generator.receive(LoadGenerator.Moment.class);
		Profile profile = (profiler != null) ? profiler.stop() : null;
		LoadResult result = generator.receive(LoadResult.class);
		if (result.failure() != null) {
			throw new IllegalStateException("The load %s has failed: %s".formatted(plan, result.failure()));
		}
		return new HttpReport.Measured(result, profile);
	}

}
