package org.openjobspec.benchmarks.input;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

	private static final Duration SETTLE = Duration.ofSeconds(15);

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
		List<Repetition> repetitions = new ArrayList<>();
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
				lines.stream().mapToLong(Connection::opened).sum(), this.tables.rows(),
				this.node.isAlive() ? this.node.warnings() : List.of());
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
					(answer != null) ? answer.toString() : "(none)"));
		}
	}

	/**
	 * Sends requests again that were refused, while nobody else sends anything: the
	 * tables must stay as they are, and no transaction may have written. The node's own
	 * housekeeping goes on, for which a few transactions are allowed.
	 */
	private Repetition repeat(Connection line) throws IOException, SQLException {
		List<Long> refused = this.ledger.takeRefused(REPEATED);
		settle();
		String before = this.tables.digest();
		List<String> writes = this.tables.writes();
		long transactions = this.tables.transactions();
		long start = System.nanoTime();
		int accepted = 0;
		for (Long index : refused) {
			Answer answer = line.exchange(this.generator.request(index));
			accepted += (answer != null && answer.isSuccess()) ? 1 : 0;
		}
		long written = this.tables.transactions() - transactions;
		String after = this.tables.digest();
		double seconds = (System.nanoTime() - start) / 1e9;
		if (accepted > 0) {
			this.ledger.violation(Violation.of(accepted + " requests were accepted that had been refused before"));
		}
		if (!before.equals(after)) {
			this.ledger.violation(Violation
				.of("Refused requests have changed the tables from [%s] to [%s]".formatted(before, after)));
		}
		if (written > 10 + 5 * seconds) {
			List<String> since = new ArrayList<>(this.tables.writes());
			since.removeAll(writes);
			this.ledger.violation(Violation
				.of("%d transactions have written while %d requests were refused, in %.1f s: %s before, %s after"
					.formatted(written, refused.size(), seconds, writes, since)));
		}
		return new Repetition(refused.size(), written);
	}

	/**
	 * Waits until what accepted requests have asked for at a later time is done: retries,
	 * leases of a moment.
	 */
	private void settle() throws SQLException {
		long deadline = System.nanoTime() + SETTLE.toNanos();
		long before;
		long after = this.tables.transactions();
		do {
			before = after;
			pause(Duration.ofMillis(700));
			after = this.tables.transactions();
		}
		while (after - before > 1 && System.nanoTime() < deadline);
	}

	private static void pause(Duration duration) {
		try {
			Thread.sleep(duration.toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private void compare() throws SQLException, IOException, InterruptedException {
		this.tables.objections(this.ledger).forEach((wrong) -> this.ledger.violation(Violation.of(wrong)));
		if (!this.node.isAlive() || !new Service(this.node.port()).serves()) {
			this.ledger.violation(Violation.of("The node does not serve a client that behaves"));
		}
	}

	/**
	 * Refused requests that were sent again.
	 *
	 * @param requests how many
	 * @param transactions how many transactions have written meanwhile
	 */
	record Repetition(int requests, long transactions) {
	}

}
