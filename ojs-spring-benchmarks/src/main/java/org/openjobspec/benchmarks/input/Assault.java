package org.openjobspec.benchmarks.input;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

import org.jspecify.annotations.Nullable;

/**
 * Sends all requests, in windows between which the node is at rest and looked at.
 */
final class Assault {

	/** How many refused requests are sent again between windows. */
	private static final int REPEATED = 1000;

	/** More violations than this say nothing new. */
	private static final int ENOUGH = 1000;

	private final Generator generator;

	private final NodeProcess node;

	private final Tables tables;

	private final Ledger ledger;

	private final long requests;

	Assault(Generator generator, NodeProcess node, Tables tables, long requests) {
		this.generator = generator;
		this.node = node;
		this.tables = tables;
		this.requests = requests;
		this.ledger = new Ledger(requests);
	}

	/**
	 * Sends one request alone and prints what happens.
	 * @param index its number
	 * @return whether the answer is in order
	 * @throws IOException if there is no answer
	 */
	boolean single(long index) throws IOException {
		Request request = this.generator.request(index);
		System.out.printf("Request %d, %s, %s, expected: %s%n%s%n", index, request.endpoint(), request.family().title(),
				request.expectation().words(), request.shown());
		try (Connection connection = new Connection(this.node.port())) {
			Answer answer = connection.exchange(request);
			System.out.println((answer != null) ? answer.toString() : "(closed without an answer)");
			String objection = Oracle.objection(request, answer).orElse("");
			System.out.println(objection.isEmpty() ? "In order." : "VIOLATION: " + objection);
			return objection.isEmpty();
		}
	}

	/**
	 * Sends all requests.
	 * @param connections on how many connections at once
	 * @param window how many between two looks
	 * @return what was found
	 * @throws Exception if the node or its database cannot be looked at
	 */
	Findings run(int connections, int window) throws Exception {
		List<Connection> lines = new ArrayList<>();
		List<Vitals.Sample> samples = new ArrayList<>();
		List<Integer> repetitions = new ArrayList<>();
		long sendingNanos = 0;
		ExecutorService threads = Executors.newFixedThreadPool(connections);
		try {
			for (int i = 0; i < connections; i++) {
				lines.add(new Connection(this.node.port()));
			}
			samples.add(this.node.vitals().sample(0));
			for (long from = 0; from < this.requests && this.ledger.violated() < ENOUGH; from += window) {
				long to = Math.min(this.requests, from + window);
				long start = System.nanoTime();
				send(threads, lines, from, to);
				long took = System.nanoTime() - start;
				sendingNanos += took;
				if (!this.node.isAlive()) {
					this.ledger.violation(Violation.of("The node has died"));
					break;
				}
				repetitions.add(repeat(lines.get(0)));
				samples.add(this.node.vitals().sample(to));
				System.out.printf("%,d requests, %,d per second, %d violations, heap %,d kB%n", to,
						(to - from) * 1_000_000_000L / Math.max(1, took), this.ledger.violated(),
						samples.get(samples.size() - 1).heap() / 1024);
			}
		}
		finally {
			threads.shutdownNow();
			lines.forEach(Connection::close);
		}
		compare();
		return new Findings(this.ledger, samples, repetitions, Duration.ofNanos(sendingNanos),
				lines.stream().mapToLong(Connection::opened).sum(),
				lines.stream().mapToLong(Connection::repeated).sum(), lines.stream().mapToLong(Connection::cut).sum(),
				this.tables.rows(), this.node.isAlive() ? this.node.warnings() : List.of());
	}

	private void send(ExecutorService threads, List<Connection> lines, long from, long to) throws Exception {
		AtomicLong next = new AtomicLong(from);
		List<Callable<Void>> senders = new ArrayList<>();
		lines.forEach((line) -> senders.add(() -> {
			for (long index = next.getAndIncrement(); index < to; index = next.getAndIncrement()) {
				exchange(line, this.generator.request(index));
			}
			return null;
		}));
		for (Future<Void> sender : threads.invokeAll(senders)) {
			sender.get();
		}
	}

	private void exchange(Connection line, Request request) {
		@Nullable Answer answer = null;
		String objection;
		try {
			answer = line.exchange(request);
			this.ledger.record(request, answer);
			objection = Oracle.objection(request, answer).orElse("");
		}
		catch (IOException | RuntimeException ex) {
			line.close();
			objection = ex.toString();
		}
		if (!objection.isEmpty()) {
			this.ledger.violation(new Violation(request.index(), objection,
					"%s, %s:%n%s".formatted(request.endpoint(), request.family().title(), request.shown()),
					(answer != null) ? answer.toString() : "(none) " + line.failures()));
		}
	}

	/**
	 * Sends requests again that were refused, while nobody else sends anything: the
	 * tables must stay as they are. What an accepted request has asked for at a later
	 * time, a retry, the end of a lease, is put off; what was under way when it was may
	 * happen just then, but not each time.
	 */
	private int repeat(Connection line) throws IOException, SQLException {
		List<Long> refused = this.ledger.takeRefused(REPEATED);
		List<String> changes = List.of("not looked at yet");
		this.tables.calm();
		for (int attempt = 0; attempt < 5 && !changes.isEmpty(); attempt++) {
			Map<String, Long> rows = this.tables.rows();
			long transaction = this.tables.transaction();
			for (Long index : refused) {
				Answer answer = line.exchange(this.generator.request(index));
				if (answer != null && answer.isSuccess()) {
					this.ledger.violation(Violation.of("Request " + index + " was refused once, and then accepted"));
				}
			}
			changes = this.tables.changes(rows, transaction);
		}
		if (!changes.isEmpty()) {
			this.ledger
				.violation(Violation.of("Refused requests have changed the tables, each time of five: " + changes));
		}
		return refused.size();
	}

	private void compare() throws SQLException, IOException, InterruptedException {
		this.tables.objections(this.ledger).forEach((wrong) -> this.ledger.violation(Violation.of(wrong)));
		if (!this.node.isAlive() || !new Service(this.node.port()).serves()) {
			this.ledger.violation(Violation.of("The node does not serve a client that behaves"));
		}
	}

}
