package org.openjobspec.benchmarks.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Test;
import org.openjobspec.benchmarks.faults.Disturbance.Cause;
import org.openjobspec.benchmarks.faults.Ticks.Tick;
import org.openjobspec.benchmarks.faults.Ticks.TickJob;
import org.openjobspec.benchmarks.faults.Violation.Rule;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The checker sees ticks that are doubled, left out, late or made up for twice.
 */
class TickCheckTests {

	private final Periodic interval = Periodic.all().get(0);

	private final Periodic calendar = Periodic.all().get(2);

	private final Disturbances disturbances = new Disturbances();

	private final List<Tick> told = new ArrayList<>();

	private final List<TickJob> jobs = new ArrayList<>();

	private int number;

	private TickCheckTests tick(double due, double actual) {
		return tick(Story.at(due), Story.at(actual));
	}

	private TickCheckTests tick(Instant due, Instant actual) {
		UUID job = Ids.next();
		this.told.add(new Tick(job, due, actual, ++this.number));
		this.jobs.add(new TickJob(job, due));
		return this;
	}

	private TickCheckTests disturbed(double from, double to) {
		this.disturbances.add(Cause.DATABASE_AWAY, null, Story.at(from), Story.at(to));
		return this;
	}

	private List<String> found(Periodic periodic, double stopped) {
		Ticks ticks = new Ticks(periodic, Story.at(0), Story.at(stopped), this.told.size(), this.told, this.jobs);
		List<Violation> violations = TickCheck.check(ticks, this.disturbances, Duration.ofSeconds(11));
		assertThat(violations).extracting(Violation::rule).containsOnly(Rule.TICK);
		return violations.stream().map(Violation::what).toList();
	}

	private List<Violation> none(double stopped) {
		return TickCheck.check(
				new Ticks(this.interval, Story.at(0), Story.at(stopped), this.told.size(), this.told, this.jobs),
				this.disturbances, Duration.ofSeconds(11));
	}

	@Test
	void ticksInTime() {
		tick(1, 1.01).tick(2, 2.9).tick(3, 3.01);
		assertThat(none(3.5)).isEmpty();
	}

	@Test
	void oneTickThatMakesUpForOthers_afterADisturbance() {
		tick(1, 1.01).disturbed(1.5, 6).tick(2, 7).tick(8, 8.01);
		assertThat(none(8.5)).isEmpty();
	}

	@Test
	void aTickThatIsLateForNothing() {
		tick(1, 1.01).tick(2, 8).tick(9, 9.01);
		assertThat(found(this.interval, 9.5)).singleElement().asString().contains("nothing was wrong");
	}

	@Test
	void aTickThatIsLateLongAfterADisturbance() {
		tick(1, 1.01).disturbed(1.5, 6).tick(2, 18).tick(19, 19.01);
		assertThat(found(this.interval, 19.5)).singleElement().asString().contains("nothing was wrong since");
	}

	@Test
	void aTickThatIsLeftOut() {
		tick(1, 1.01).tick(3, 3.01);
		assertThat(found(this.interval, 3.5)).singleElement().asString().contains("left out");
	}

	@Test
	void ticksThatAreLeftOutBehindALateOne() {
		tick(1, 1.01).disturbed(1.5, 6).tick(2, 7).tick(10, 10.01);
		assertThat(found(this.interval, 10.5)).singleElement().asString().contains("were left out");
	}

	@Test
	void missedTicksThatAreMadeUpForTwice() {
		tick(1, 1.01).disturbed(1.5, 6).tick(2, 7).tick(3, 7.01).tick(8, 8.01);
		assertThat(found(this.interval, 8.5)).anyMatch((what) -> what.contains("made up for already"));
	}

	@Test
	void aTickThatComesTwice() {
		tick(1, 1.01).tick(1, 1.02).tick(2, 2.01);
		assertThat(found(this.interval, 2.5)).anyMatch((what) -> what.contains("told twice"))
			.anyMatch((what) -> what.contains("second job"));
	}

	@Test
	void aSecondJobOfATick() {
		tick(1, 1.01).tick(2, 2.01);
		this.jobs.add(new TickJob(Ids.next(), Story.at(1)));
		assertThat(found(this.interval, 2.5)).singleElement().asString().contains("second job");
	}

	@Test
	void aTickWithoutAJob() {
		tick(1, 1.01).tick(2, 2.01);
		this.jobs.remove(0);
		assertThat(found(this.interval, 2.5)).singleElement().asString().contains("has no job");
	}

	@Test
	void aRunThatIsNotCounted() {
		tick(1, 1.01);
		this.number++;
		tick(2, 2.01);
		assertThat(found(this.interval, 2.5)).singleElement().asString().contains("number");
	}

	@Test
	void ticksThatEnd() {
		tick(1, 1.01).tick(2, 2.01);
		assertThat(found(this.interval, 9)).singleElement().asString().contains("had not come");
	}

	@Test
	void aTickThatComesTooEarly() {
		tick(1, 0.9).tick(2, 2.01);
		assertThat(found(this.interval, 2.5)).singleElement().asString().contains("too early");
	}

	@Test
	void aTickThatTheCalendarDoesNotHave() {
		tick(3, 3.01).tick(6, 6.01).tick(8, 8.01);
		assertThat(found(this.calendar, 8.5)).anyMatch((what) -> what.contains("no tick at"));
	}

}
