package org.openjobspec.benchmarks.speed;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.openjobspec.benchmarks.support.Stats;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How what was seen is summed up.
 */
class ProfileTests {

	@Test
	void waitsForTheLogAreToldFromOtherLocksUnderTheirOldNamesAndTheirNewOnes() {
		assertThat(List.of("IO:WalSync", "IO:WALSync", "LWLock:WALWrite", "LWLock:WALInsert"))
			.allMatch((wait) -> Profile.kind(wait).equals("WAL"));
		assertThat(Profile.kind("Lock:transactionid")).isEqualTo("Lock");
		assertThat(Profile.kind("LWLock:LockManager")).isEqualTo("LWLock");
		assertThat(Profile.kind("Client:ClientRead")).isEqualTo("Client");
		assertThat(Profile.kind("CPU")).isEqualTo("CPU");
		assertThat(Profile.kind("IO:DataFileRead")).isEqualTo("Other");
	}

	@Test
	void theSharesOfKindsAddUp() {
		Profile profile = new Profile(1, 2, Map.of("CPU", 0.5, "IO:WalSync", 0.2, "LWLock:WALWrite", 0.3), null, null,
				null, null, null, new ServerCounters(0, 0, 0, 0, 0));
		assertThat(profile.kinds()).containsEntry("CPU", 0.5)
			.containsEntry("WAL", 0.5)
			.containsEntry("Lock", 0.0)
			.containsOnlyKeys(Profile.KINDS);
		assertThat(profile.ownShare()).as("unknown without /proc").isNaN();
	}

	@Test
	void roundsAreSummedUpByTheirMedianAndTheirEnds() {
		assertThat(Range.of(List.of(3.0, 1.0, 2.0)).text(Stats::count)).isEqualTo("2 (1–3)");
		assertThat(Range.of(List.of(2.0)).text(Stats::count)).isEqualTo("2");
	}

	@Test
	void sharesOfNodesAreInRelationToAFairOne() {
		Nodes.Drain drain = new Nodes.Drain(100, 2, List.of(new Nodes.Share(75, 0), new Nodes.Share(25, 0.5)));
		assertThat(drain.perSecond()).isEqualTo(50);
		assertThat(drain.smallest()).isEqualTo(0.5);
		assertThat(drain.largest()).isEqualTo(1.5);
		assertThat(drain.lastStart()).isEqualTo(0.5);
	}

}
