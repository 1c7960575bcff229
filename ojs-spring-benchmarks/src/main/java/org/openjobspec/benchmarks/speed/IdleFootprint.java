package org.openjobspec.benchmarks.speed;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;

/**
 * What a node asks of its database while there is nothing to do.
 */
final class IdleFootprint {

	private static final int SETTLE_MILLIS = 10_000;

	private static final int MILLIS = 30_000;

	private static final double GOAL = 2;

	private final Bench bench;

	IdleFootprint(Bench bench) {
		this.bench = bench;
	}

	/**
	 * A while of idling.
	 *
	 * @param counts what the node did
	 * @param transactions what the server says of its transactions
	 */
	record Idle(CountedNode.Counts counts, long transactions) {

		double perSecond(long number) {
			return number / this.counts.seconds();
		}

	}

	void addTo(Section section) throws Exception {
		Database database = this.bench.server().fresh("bench_idle");
		int millis = Math.max(3000, this.bench.scaled(MILLIS));
		List<Idle> rounds = new ArrayList<>();
		try (CountedNode node = CountedNode.start(database, "idle", "bench.handler=noop");
				Connection outside = this.bench.server().connect()) {
			Thread.sleep(Math.max(2000, this.bench.scaled(SETTLE_MILLIS)));
			for (int round = 1; round <= this.bench.rounds(); round++) {
				CountedNode.Counts before = node.counts();
				ServerCounters countersBefore = ServerCounters.read(outside, "bench_idle");
				Thread.sleep(millis);
				CountedNode.Counts counts = node.counts().since(before);
				rounds
					.add(new Idle(counts, ServerCounters.read(outside, "bench_idle").since(countersBefore).commits()));
				this.bench.log("Round %d, idle: %.2f statements/s, %.2f round trips/s".formatted(round,
						counts.statements() / counts.seconds(), counts.roundTrips() / counts.seconds()));
			}
		}
		Range statements = range(rounds, (idle) -> idle.perSecond(idle.counts().statements()));
		Range roundTrips = range(rounds, (idle) -> idle.perSecond(idle.counts().roundTrips()));
		section
			.text(("**Idle.** A node with the web server, one handler and a listening connection, that has nothing to do; "
					+ "watched for %d ms per round after it has settled. Statements and ends of transactions are counted "
					+ "at its DataSource; round trips where the driver writes to and reads from its sockets, which shows "
					+ "also that the pool tests a connection that was idle for half a second before it lends it, and the "
					+ "probes of the listening connection. The server's own count of transactions is not exact to the "
					+ "second.")
				.formatted(millis))
			.table(List.of("Per second", "Result", "Goal"), List.of(
					List.of("Statements", statements.text(Stats::decimal),
							"<= %.0f: %s".formatted(GOAL, Goal.verdict(statements.median() <= GOAL))),
					List.of("Commits and rollbacks that were asked for",
							range(rounds, (idle) -> idle.perSecond(idle.counts().ends())).text(Stats::decimal), ""),
					List.of("Round trips of the pool",
							range(rounds, (idle) -> idle.perSecond(idle.counts().pool())).text(Stats::decimal), ""),
					List.of("Round trips of the listening connection",
							range(rounds, (idle) -> idle.perSecond(idle.counts().listener())).text(Stats::decimal), ""),
					List.of("Round trips, all", roundTrips.text(Stats::decimal),
							"(the goal is of statements; the rest are tests of idle connections)"),
					List.of("Transactions as the server counts them",
							range(rounds, (idle) -> idle.perSecond(idle.transactions())).text(Stats::decimal), "")))
			.raw("idle", rounds);
	}

	private static Range range(List<Idle> rounds, ToDoubleFunction<Idle> value) {
		return Range.of(rounds.stream().mapToDouble(value).boxed().toList());
	}

}
