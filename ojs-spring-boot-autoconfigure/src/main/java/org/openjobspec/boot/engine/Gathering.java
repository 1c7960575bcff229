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
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
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

	/**
	 * Two, so that one batch uses the processor while the other waits for the disk.
	 */
	private static final int AT_ONCE = 2;

	private static final int MAX_BATCH = 100;

	/**
	 * A listener that is called while a batch is carried out may call again. It would
	 * wait for a place that its own thread holds.
	 */
	private static final ThreadLocal<Boolean> LEADING = ThreadLocal.withInitial(() -> false);

	private final Function<Q, ?> identity;

	private final Function<List<Q>, List<A>> work;

	// A lock and not a monitor: a virtual thread that waits in a monitor keeps its
	// carrier on older JVMs.
	private final ReentrantLock lock = new ReentrantLock();

	private final Deque<Call<Q, A>> waiting = new ArrayDeque<>();

	private int running;

	/**
	 * Creates a gathering.
	 * @param identity what no two calls of one batch may have in common
	 * @param work carries out a batch and answers each call, in order; all or nothing
	 */
	Gathering(Function<Q, ?> identity, Function<List<Q>, List<A>> work) {
		this.identity = identity;
		this.work = work;
	}

	/**
	 * Carries out a call, perhaps together with others.
	 * @param request what it asks for
	 * @return its answer
	 */
	A submit(Q request) {
		Call<Q, A> call = new Call<>(request);
		if (LEADING.get()) {
			carryOut(List.of(call));
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
		LEADING.set(true);
		try {
			carryOut(batch);
		}
		finally {
			LEADING.remove();
			if (interrupted) {
				Thread.currentThread().interrupt();
			}
			handOver();
			batch.stream().filter((call) -> call != leader).forEach(Call::wake);
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
			List<A> answers = this.work.apply(batch.stream().map(Call::request).toList());
			for (int i = 0; i < answers.size(); i++) {
				batch.get(i).succeed(answers.get(i));
			}
		}
		catch (RuntimeException | Error ex) {
			if (batch.size() == 1 || !isOfOneCall(ex)) {
				batch.forEach((call) -> call.fail(ex));
				return;
			}
			// One of them is to blame, and the others must not suffer for it. Nothing was
			// done, so each is carried out alone.
			batch.forEach((call) -> carryOut(List.of(call)));
		}
	}

	// A database that does not answer fails every call; asking it once for each would
	// only multiply the wait.
	private static boolean isOfOneCall(Throwable ex) {
		return ex instanceof DataIntegrityViolationException
				|| !(ex instanceof DataAccessException || ex instanceof TransactionException || ex instanceof Error);
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
