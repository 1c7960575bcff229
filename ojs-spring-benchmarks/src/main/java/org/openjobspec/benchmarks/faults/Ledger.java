package org.openjobspec.benchmarks.faults;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;
import org.openjobspec.benchmarks.faults.Promise.Way;
import org.openjobspec.benchmarks.faults.Violation.Rule;

/**
 * What producers have asked for and what they were told, in memory and in a file.
 */
final class Ledger implements AutoCloseable {

	private final Map<UUID, Promise> promises = new ConcurrentHashMap<>();

	/** Jobs of workflows and periodic jobs. */
	private final Map<UUID, Promise> consequences = new ConcurrentHashMap<>();

	private final List<Violation> violations = new CopyOnWriteArrayList<>();

	private final PrintWriter file;

	Ledger(Path file) {
		try {
			this.file = new PrintWriter(Files.newBufferedWriter(file));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	void asked(Promise promise) {
		this.promises.put(promise.id(), promise);
		write("asked", promise.id(), promise.sentAt(), promise.kind() + "," + promise.way());
	}

	void acknowledged(UUID id) {
		Instant now = Instant.now();
		this.promises.computeIfPresent(id, (key, promise) -> promise.acknowledged(now));
		write("acknowledged", id, now, "");
	}

	/** Notes that another job has answered for one, which was not stored. */
	void refused(UUID id) {
		this.promises.computeIfPresent(id, (key, promise) -> promise.refused());
		write("refused", id, Instant.now(), "");
	}

	/**
	 * Notes a job that nobody has asked for by itself, but that something asked for
	 * promises.
	 */
	void follows(Promise promise) {
		this.consequences.put(promise.id(), promise);
	}

	/** Notes an answer that no request should get. */
	void wrongAnswer(String request, Http.Reply reply) {
		this.violations.add(Violation.of(Rule.ANSWER,
				"%s was answered with %d: %s".formatted(request, reply.status(), reply.body())));
	}

	/** Notes that a thread of the harness has died. */
	void failed(Throwable thrown) {
		thrown.printStackTrace();
		this.violations.add(Violation.of(Rule.ANSWER, "The harness itself failed: " + thrown));
	}

	private synchronized void write(String what, UUID id, Instant at, String more) {
		this.file.println(what + "," + id + "," + at + "," + more);
	}

	@Nullable Promise find(UUID id) {
		Promise promise = this.promises.get(id);
		return (promise != null) ? promise : this.consequences.get(id);
	}

	/** What producers have asked for. */
	Collection<Promise> all() {
		return this.promises.values();
	}

	List<Violation> violations() {
		return new ArrayList<>(this.violations);
	}

	long acknowledged() {
		return this.promises.values()
			.stream()
			.filter((promise) -> promise.acknowledgedAt() != null && promise.way() != Way.ROLLED_BACK)
			.count();
	}

	long rolledBack() {
		return this.promises.values().stream().filter((promise) -> promise.way() == Way.ROLLED_BACK).count();
	}

	long unanswered() {
		return this.promises.values()
			.stream()
			.filter((promise) -> promise.acknowledgedAt() == null && promise.way() != Way.ROLLED_BACK
					&& promise.way() != Way.REFUSED)
			.count();
	}

	@Override
	public void close() {
		this.file.close();
	}

}
