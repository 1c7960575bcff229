package org.openjobspec.boot.engine;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link Gathering}.
 */
class GatheringTests {

	private final ExecutorService threads = Executors.newCachedThreadPool();

	private final Queue<List<Integer>> batches = new ConcurrentLinkedQueue<>();

	private final CountDownLatch mayGoOn = new CountDownLatch(1);

	@AfterEach
	void stop() {
		this.mayGoOn.countDown();
		this.threads.shutdownNow();
	}

	@Test
	void aCallThatComesAloneIsCarriedOutOnItsOwnThread() {
		Gathering<Integer, Thread> gathering = new Gathering<>(request -> request,
				requests -> requests.stream().map(request -> Thread.currentThread()).toList(), this::ignore);
		assertThat(gathering.submit(1)).isSameAs(Thread.currentThread());
	}

	@Test
	void callsGatherWhileOthersAreCarriedOutAndAreAnsweredEachForItself() throws Exception {
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, this::answer, this::ignore);
		List<Future<String>> answers = fill(gathering, 30);
		this.mayGoOn.countDown();
		for (int i = 0; i < answers.size(); i++) {
			assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isEqualTo("answer " + i);
		}
		assertThat(this.batches).hasSizeLessThan(30).allSatisfy(batch -> assertThat(batch).doesNotHaveDuplicates());
		assertThat(this.batches.stream().flatMap(List::stream))
			.containsExactlyInAnyOrderElementsOf(IntStream.range(0, 30).boxed().toList());
	}

	@Test
	void aCallThatIsMadeWhileItsThreadCarriesOthersOutIsCarriedOutAtOnce() throws Exception {
		List<Gathering<Integer, Integer>> self = new ArrayList<>();
		Gathering<Integer, Integer> gathering = new Gathering<>(request -> request,
				requests -> requests.stream()
					.map(request -> (request > 0) ? self.get(0).submit(request - 1) : request)
					.toList(),
				this::ignore);
		self.add(gathering);
		List<Future<Integer>> answers = new ArrayList<>();
		for (int i = 0; i < 8; i++) {
			answers.add(this.threads.submit(() -> gathering.submit(3)));
		}
		for (Future<Integer> answer : answers) {
			assertThat(answer.get(10, TimeUnit.SECONDS)).isZero();
		}
	}

	@Test
	void callsWithOneIdentityAreNeverInOneBatch() throws Exception {
		Gathering<Integer, String> gathering = new Gathering<>(request -> request % 5, this::answer, this::ignore);
		List<Future<String>> answers = fill(gathering, 30);
		this.mayGoOn.countDown();
		for (Future<String> answer : answers) {
			answer.get(10, TimeUnit.SECONDS);
		}
		assertThat(this.batches)
			.allSatisfy(batch -> assertThat(batch.stream().map(request -> request % 5)).doesNotHaveDuplicates());
	}

	@Test
	void aCallThatIsToBlameFailsAloneAndTheOthersSucceed() throws Exception {
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, requests -> {
			List<String> answers = answer(requests);
			if (requests.contains(13)) {
				throw refused("22P02");
			}
			return answers;
		}, this::ignore);
		List<Future<String>> answers = fill(gathering, 30);
		this.mayGoOn.countDown();
		for (int i = 0; i < answers.size(); i++) {
			Future<String> answer = answers.get(i);
			if (i == 13) {
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
					.withCauseInstanceOf(DataIntegrityViolationException.class);
			}
			else {
				assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("answer " + i);
			}
		}
	}

	@Test
	void aDatabaseThatIsAwayFailsEveryCallAndIsNotAskedForEach() throws Exception {
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, requests -> {
			answer(requests);
			throw new DataAccessResourceFailureException("away");
		}, this::ignore);
		List<Future<String>> answers = fill(gathering, 30);
		this.mayGoOn.countDown();
		assertEachFailsWith(DataAccessResourceFailureException.class, answers);
		assertThat(this.batches).hasSizeLessThan(30);
		assertThatExceptionOfType(DataAccessResourceFailureException.class).isThrownBy(() -> gathering.submit(99));
	}

	@Test
	void aCallerThatIsInterruptedStillGetsItsAnswerAndStaysInterrupted() throws Exception {
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, this::answer, this::ignore);
		fill(gathering, 3);
		CountDownLatch submitting = new CountDownLatch(1);
		List<Thread> caller = new ArrayList<>();
		Future<Boolean> interrupted = this.threads.submit(() -> {
			caller.add(Thread.currentThread());
			submitting.countDown();
			assertThat(gathering.submit(7)).isEqualTo("answer 7");
			return Thread.currentThread().isInterrupted();
		});
		assertThat(submitting.await(10, TimeUnit.SECONDS)).isTrue();
		caller.get(0).interrupt();
		this.mayGoOn.countDown();
		assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void theVictimOfADeadlockDoesNotFailTheCallsThatCameWithIt() throws Exception {
		AtomicBoolean deadlock = new AtomicBoolean(true);
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, requests -> {
			List<String> answers = answer(requests);
			if (requests.size() > 1 && deadlock.getAndSet(false)) {
				throw refused("40P01");
			}
			return answers;
		}, this::ignore);
		List<Future<String>> answers = fill(gathering, 30);
		this.mayGoOn.countDown();
		for (int i = 0; i < answers.size(); i++) {
			assertThat(answers.get(i).get(10, TimeUnit.SECONDS)).isEqualTo("answer " + i);
		}
		assertThat(deadlock).isFalse();
	}

	@Test
	void aDatabaseThatGoesAwayWhileEachIsTriedAloneIsNotAskedForTheRest() throws Exception {
		AtomicInteger alone = new AtomicInteger();
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, requests -> {
			List<String> answers = answer(requests);
			if (requests.size() > 1) {
				throw refused("23505");
			}
			if (requests.get(0) > 1 && alone.incrementAndGet() > 0) {
				throw new DataAccessResourceFailureException("away");
			}
			return answers;
		}, this::ignore);
		List<Future<String>> answers = fill(gathering, 30);
		this.mayGoOn.countDown();
		assertEachFailsWith(DataAccessResourceFailureException.class, answers.subList(2, 30));
		assertThat(alone).as("one by itself, one of the many").hasValueLessThanOrEqualTo(2);
	}

	@Test
	void whatMayHaveBeenCommittedIsNotCarriedOutAgain() throws Exception {
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, requests -> {
			answer(requests);
			throw new IllegalStateException("unreadable");
		}, this::ignore);
		List<Future<String>> answers = fill(gathering, 30);
		this.mayGoOn.countDown();
		assertEachFailsWith(IllegalStateException.class, answers);
		assertThat(this.batches.stream().flatMap(List::stream)).doesNotHaveDuplicates();
	}

	@Test
	void whatNobodyExpectsFailsTheCallsAndLeavesThePlaceToOthers() {
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, requests -> {
			if (requests.contains(1)) {
				throw new StackOverflowError();
			}
			return (requests.contains(2)) ? List.of() : answer(requests);
		}, this::ignore);
		this.mayGoOn.countDown();
		for (int i = 0; i < 5; i++) {
			assertThatExceptionOfType(StackOverflowError.class).isThrownBy(() -> gathering.submit(1));
			assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> gathering.submit(2));
		}
		assertThat(gathering.submit(3)).isEqualTo("answer 3");
	}

	@Test
	void aSlowListenerKeepsNobodyButItsOwnCaller() throws Exception {
		CountDownLatch told = new CountDownLatch(1);
		CountDownLatch mayReturn = new CountDownLatch(1);
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, this::answer,
				(requests, answers) -> Gathering.afterwards(() -> {
					if (requests.contains(0)) {
						told.countDown();
						awaitQuietly(mayReturn);
					}
				}));
		List<Future<String>> answers = fill(gathering, 30);
		this.mayGoOn.countDown();
		assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
		for (Future<String> answer : answers.subList(1, 30)) {
			answer.get(10, TimeUnit.SECONDS);
		}
		assertThat(answers.get(0)).isNotDone();
		mayReturn.countDown();
		assertThat(answers.get(0).get(10, TimeUnit.SECONDS)).isEqualTo("answer 0");
	}

	@Test
	void aPoolWithoutConnectionsIsWaitedForOnceAndNotOnceForEachCall() throws Exception {
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, requests -> {
			answer(requests);
			throw new CannotGetJdbcConnectionException("none",
					new SQLTransientConnectionException("none", "28P01", new SQLException("password", "28P01")));
		}, this::ignore);
		List<Future<String>> answers = fill(gathering, 30);
		this.mayGoOn.countDown();
		assertEachFailsWith(CannotGetJdbcConnectionException.class, answers);
		assertThat(this.batches.stream().flatMap(List::stream)).doesNotHaveDuplicates();
	}

	@Test
	void whatIsTellingOfABatchMayFailAndTheAnswersStand() {
		Gathering<Integer, String> gathering = new Gathering<>(request -> request, this::answer,
				(requests, answers) -> {
					throw new IllegalStateException("deaf");
				});
		this.mayGoOn.countDown();
		assertThat(gathering.submit(1)).isEqualTo("answer 1");
	}

	private static void assertEachFailsWith(Class<? extends Throwable> cause, List<Future<String>> answers) {
		for (Future<String> answer : answers) {
			assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> answer.get(10, TimeUnit.SECONDS))
				.withCauseInstanceOf(cause);
		}
	}

	private static DataAccessException refused(String state) {
		return new DataIntegrityViolationException("refused", new SQLException("refused", state));
	}

	private void ignore(List<Integer> requests, List<?> answers) {
	}

	private static void awaitQuietly(CountDownLatch latch) {
		try {
			latch.await(10, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// The first two are carried out and wait; the others gather behind them.
	private List<Future<String>> fill(Gathering<Integer, String> gathering, int count) {
		List<Future<String>> answers = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			int request = i;
			answers.add(this.threads.submit(() -> gathering.submit(request)));
			if (i < 2) {
				int carriedOut = i + 1;
				await().until(() -> this.batches.size() == carriedOut);
			}
		}
		await().until(() -> gathering.gathered() == count - 2);
		return answers;
	}

	private List<String> answer(List<Integer> requests) {
		this.batches.add(requests);
		try {
			this.mayGoOn.await();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		return requests.stream().map(request -> "answer " + request).toList();
	}

}
