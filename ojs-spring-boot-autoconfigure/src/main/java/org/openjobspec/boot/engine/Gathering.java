package org.openjobspec.boot.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.Refusals;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Carries out calls that arrive together in one statement and one commit. There is no
 * timer: a call that comes alone is carried out at once, on its own thread; while it is,
 * the calls that follow gather, and one of them carries out all of them. So one caller
 * waits for nobody, and 64 share a commit.
 *
 * @param <Q> what a call asks for
 * @param <A> what it is answered
 */
final class Gathering<Q, A> {

	private static final Logger logger = LoggerFactory.getLogger(Gathering.class);

	/**
	 * Two, so that one batch uses the processor while the other waits for the disk.
	 */
	private static final int AT_ONCE = 2;

	private static final int MAX_BATCH = 100;

	/**
	 * What this thread is to do once its batch has made room for the next one; absent on
	 * a thread that carries out none.
	 */
	private static final ThreadLocal<@Nullable List<Runnable>> AFTERWARDS = new ThreadLocal<>();

	private final Function<Q, ?> identity;

	private final Function<List<Q>, List<A>> work;

	private final BiConsumer<List<Q>, List<A>> announce;

	// A lock and not a monitor: a virtual thread that waits in a monitor keeps its
	// carrier on older JVMs.
	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Call<Q, A>> waiting = new ArrayDeque<>();

	private int running;

	/**
	 * Creates a gathering.
	 * @param identity what no two calls of one batch may have in common
	 * @param work carries out a batch and answers each call, in order; all or nothing
	 * @param announce tells of what was carried out and committed, before the callers are
	 * answered
	 */
	Gathering(Function<Q, ?> identity, Function<List<Q>, List<A>> work, BiConsumer<List<Q>, List<A>> announce) {
		this.identity = identity;
		this.work = work;
		this.announce = announce;
	}

	/**
	 * Carries out a call, perhaps together with others.
	 * @param request what it asks for
	 * @return its answer
	 */
	A submit(Q request) {
		Call<Q, A> call = new Call<>(request);
		if (AFTERWARDS.get() != null) {
			// It would wait for a place that its own thread holds.
			carryOut(List.of(call));
			announce(List.of(call));
			return call.answer();
		}
		this.lock.lock();
		try {
			this.waiting.addLast(call);
			if (this.running < AT_ONCE) {
				this.running++;
				call.promote();
			}
		}
		finally {
			this.lock.unlock();
		}
		call.await();
		if (call.promoted()) {
			lead(call);
		}
		return call.answer();
	}

	/**
	 * Runs what may take long, such as listeners: at once, or, on a thread that carries
	 * out a batch, when that is answered and the next one is on its way. So a slow
	 * listener keeps nobody but the caller on whose thread it runs.
	 * @param action the action
	 */
	static void afterwards(Runnable action) {
		List<Runnable> later = AFTERWARDS.get();
		if (later != null) {
			later.add(action);
		}
		else {
			action.run();
		}
	}

	/** How many calls wait to be carried out. */
	int gathered() {
		this.lock.lock();
		try {
			return this.waiting.size();
		}
		finally {
			this.lock.unlock();
		}
	}

	private void lead(Call<Q, A> leader) {
		List<Call<Q, A>> batch = take(leader);
		// An interrupt is meant for one caller, and would fail the statement of all.
		boolean interrupted = Thread.interrupted();
		List<Runnable> afterwards = new ArrayList<>();
		AFTERWARDS.set(afterwards);
		try {
			carryOut(batch);
			if (batch.size() > 1) {
				announce(batch);
			}
		}
		finally {
			AFTERWARDS.remove();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
			handOver();
			batch.stream().filter((call) -> call != leader).forEach(Call::wake);
		}
		if (batch.size() == 1) {
			// Nobody else waits to be answered.
			announce(batch);
		}
		afterwards.forEach(this::runQuietly);
	}

	// It is committed; an exception would tell the caller otherwise.
	private void runQuietly(Runnable action) {
		try {
			action.run();
		}
		catch (Throwable ex) {
			logger
				.warn("Could not announce a committed change: workers find its jobs with their next poll, listeners of "
						+ "this application may not hear of it", ex);
		}
	}

	// The leader first, whatever its place: it has been promised to be served now.
	private List<Call<Q, A>> take(Call<Q, A> leader) {
		List<Call<Q, A>> batch = new ArrayList<>();
		Set<Object> identities = new HashSet<>();
		this.lock.lock();
		try {
			this.waiting.remove(leader);
			batch.add(leader);
			identities.add(this.identity.apply(leader.request()));
			for (Iterator<Call<Q, A>> calls = this.waiting.iterator(); calls.hasNext() && batch.size() < MAX_BATCH;) {
				Call<Q, A> call = calls.next();
				if (!call.promoted() && identities.add(this.identity.apply(call.request()))) {
					calls.remove();
					batch.add(call);
				}
			}
		}
		finally {
			this.lock.unlock();
		}
		return batch;
	}

	private void handOver() {
		this.lock.lock();
		try {
			for (Call<Q, A> call : this.waiting) {
				if (!call.promoted()) {
					call.promote();
					return;
				}
			}
			this.running--;
		}
		finally {
			this.lock.unlock();
		}
	}

	private void carryOut(List<Call<Q, A>> batch) {
		try {
			List<A> answers = this.work.apply(requests(batch));
			for (int i = 0; i < batch.size(); i++) {
				batch.get(i).succeed(answers.get(i));
			}
		}
		catch (Throwable ex) {
			if (batch.size() > 1 && Refusals.isRefused(ex)) {
				carryOutEach(batch);
			}
			else {
				batch.stream().filter((call) -> !call.done()).forEach((call) -> call.fail(ex));
			}
		}
	}

	// One of them is to blame, and the others must not suffer for it. A database that
	// fails meanwhile is not asked for the rest: that would only multiply the wait.
	private void carryOutEach(List<Call<Q, A>> batch) {
		@Nullable Throwable outage = null;
		for (Call<Q, A> call : batch) {
			if (outage != null) {
				call.fail(outage);
				continue;
			}
			carryOut(List.of(call));
			Throwable failure = call.failure();
			if (failure instanceof DataAccessException || failure instanceof TransactionException) {
				outage = Refusals.isRefused(failure) ? null : failure;
			}
		}
	}

	private void announce(List<Call<Q, A>> batch) {
		List<Call<Q, A>> carriedOut = batch.stream().filter((call) -> call.failure() == null).toList();
		if (carriedOut.isEmpty()) {
			return;
		}
		runQuietly(() -> this.announce.accept(requests(carriedOut), carriedOut.stream().map(Call::answer).toList()));
	}

	private List<Q> requests(List<Call<Q, A>> calls) {
		return calls.stream().map(Call::request).toList();
	}

	private static final class Call<Q, A> {

		private final Q request;

		private final Thread thread = Thread.currentThread();

		private volatile boolean promoted;

		private volatile boolean done;

		private @Nullable A answer;

		private @Nullable Throwable failure;

		Call(Q request) {
			this.request = request;
		}

		Q request() {
			return this.request;
		}

		boolean promoted() {
			return this.promoted;
		}

		boolean done() {
			return this.done;
		}

		@Nullable Throwable failure() {
			return this.failure;
		}

		void promote() {
			this.promoted = true;
			wake();
		}

		void succeed(A result) {
			this.answer = result;
			this.done = true;
		}

		void fail(Throwable ex) {
			this.failure = ex;
			this.done = true;
		}

		void wake() {
			LockSupport.unpark(this.thread);
		}

		// Not to be interrupted, as little as a statement is that the thread sends
		// itself: the job is stored or not, and the caller must learn which.
		void await() {
			boolean interrupted = false;
			while (!this.promoted && !this.done) {
				LockSupport.park(this);
				interrupted |= Thread.interrupted();
			}
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
		}

		@SuppressWarnings("NullAway") // Done without a failure means answered.
		A answer() {
			Throwable thrown = this.failure;
			if (thrown instanceof Error error) {
				throw error;
			}
			if (thrown != null) {
				throw (RuntimeException) thrown;
			}
			return this.answer;
		}

	}

}
