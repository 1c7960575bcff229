package org.openjobspec.benchmarks.faults;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.openjobspec.benchmarks.faults.Promise.Way;
import org.openjobspec.benchmarks.faults.Violation.Rule;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.JobState;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The checker sees two jobs that have one key, and answers that name the wrong job.
 */
class UniqueCheckTests {

	private final UniqueKey key = UniqueKey.all().get(0);

	private final UniqueKey other = UniqueKey.all().get(1);

	private final UniqueKey timed = UniqueKey.all().get(7);

	private final Map<UUID, UniqueKey> keys = new HashMap<>();

	private final Map<UUID, History> jobs = new HashMap<>();

	/** A job that lived from one second to another; its events have these numbers. */
	private UUID job(UniqueKey key, double from, double to) {
		UUID id = Ids.next();
		this.keys.put(id, key);
		this.jobs.put(id,
				new History(id, new Promise(id, Kind.UNIQUE, 0, 0, Way.HTTP, Story.at(from - 0.1), Story.at(from)),
						new JobRow(JobState.COMPLETED, 1, "a", Story.at(to)),
						List.of(event(from, JobEvent.ENQUEUED, 0), event(to, JobEvent.COMPLETED, 1)), List.of(), 0, 0));
		return id;
	}

	private static Event event(double seconds, String type, int attempt) {
		return new Event((long) (seconds * 1000), Story.at(seconds), type, attempt, null, null, null);
	}

	private List<Rule> rules(Contender... contenders) {
		return rules(Set.of(), contenders);
	}

	private List<Rule> rules(Set<UUID> refusals, Contender... contenders) {
		return UniqueCheck.check(this.keys, List.of(contenders), this.jobs, refusals)
			.stream()
			.map(Violation::rule)
			.toList();
	}

	private Contender contender(UniqueKey wanted, Way way, double from, double to, UUID winner) {
		return new Contender(Ids.next(), wanted, way, Story.at(from), Story.at(to), winner);
	}

	@Test
	void oneAfterTheOther() {
		job(this.key, 1, 2);
		job(this.key, 2.1, 3);
		job(this.other, 1, 3);
		assertThat(rules()).isEmpty();
	}

	@Test
	void twoAtOnce() {
		job(this.key, 1, 2);
		job(this.key, 1.9, 3);
		assertThat(rules()).containsExactly(Rule.UNIQUE);
	}

	@Test
	void aSecondOneWhileTheFirstHasNotEnded() {
		UUID first = job(this.key, 1, 2);
		History ended = this.jobs.get(first);
		this.jobs.put(first,
				new History(first, ended.promise(), ended.row(), ended.events().subList(0, 1), List.of(), 0, 0));
		job(this.key, 5, 6);
		assertThat(rules()).containsExactly(Rule.UNIQUE);
	}

	@Test
	void twoAtOnceAfterThePeriod() {
		job(this.timed, 1, 5);
		job(this.timed, 2.1, 6);
		assertThat(rules()).isEmpty();
	}

	@Test
	void twoAtOnceBeforeThePeriodIsOver() {
		job(this.timed, 1, 5);
		job(this.timed, 1.8, 6);
		assertThat(rules()).containsExactly(Rule.UNIQUE);
	}

	@Test
	void anAnswerThatNamesWhoHasTheKey() {
		UUID winner = job(this.key, 1, 2);
		assertThat(rules(contender(this.key, Way.HTTP, 1.5, 1.6, winner))).isEmpty();
	}

	@Test
	void anAnswerThatNamesAJobThatIsNotThere() {
		assertThat(rules(contender(this.key, Way.HTTP, 1.5, 1.6, Ids.next()))).containsExactly(Rule.UNIQUE);
	}

	@Test
	void anAnswerThatNamesAJobOfAnotherKey() {
		UUID winner = job(this.other, 1, 2);
		assertThat(rules(contender(this.key, Way.HTTP, 1.5, 1.6, winner))).containsExactly(Rule.UNIQUE);
	}

	@Test
	void anAnswerThatNamesAJobThatHadEnded_orHadNotBegun() {
		UUID winner = job(this.key, 1, 2);
		assertThat(rules(contender(this.key, Way.HTTP, 3.5, 3.6, winner))).containsExactly(Rule.UNIQUE);
		assertThat(rules(contender(this.key, Way.HTTP, 0.5, 0.6, winner))).containsExactly(Rule.UNIQUE);
	}

	@Test
	void anAnswerThatNamesAJobWhoseEndIsWrittenAndPerhapsNotCommitted() {
		UUID winner = job(this.key, 1, 2);
		assertThat(rules(contender(this.key, Way.HTTP, 2.5, 2.6, winner))).isEmpty();
	}

	@Test
	void aTransactionThatGoesOnAfterItWasTold() {
		UUID winner = job(this.key, 1, 2);
		Contender committed = contender(this.key, Way.TRANSACTION, 1.5, 1.6, winner);
		assertThat(rules(Set.of(committed.id()), committed)).isEmpty();
		assertThat(rules(Set.of(), committed)).containsExactly(Rule.TORN);
		Contender rolledBack = contender(this.key, Way.ROLLED_BACK, 1.5, 1.6, winner);
		assertThat(rules(Set.of(), rolledBack)).isEmpty();
		assertThat(rules(Set.of(rolledBack.id()), rolledBack)).containsExactly(Rule.TORN);
	}

}
