package org.openjobspec.benchmarks.speed;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is read from {@code /proc}.
 */
class ProcessorTimeTests {

	@Test
	void aProcessMayHaveAnyName() {
		String line = "4711 (a (b) c) S 42 4711 4711 0 -1 4194560 1 2 3 4 100 20 7 3 20 0 1 0 999 1 1\n";
		assertThat(ProcessorTime.ProcessStat.parse(line))
			.isEqualTo(new ProcessorTime.ProcessStat("a (b) c", 42, 120, 10));
	}

	@Test
	void waitingForTheDiskIsNotWork_norIsWhatAnotherMachineTakes() {
		ProcessorTime.Machine before = ProcessorTime.Machine.parse("cpu  10 0 10 100 5 0 0 3 0 0");
		ProcessorTime.Machine after = ProcessorTime.Machine.parse("cpu  40 5 25 130 15 4 6 13 30 5");
		assertThat(after.busySince(before)).isEqualTo(60 / 110.0);
		assertThat(after.stolenSince(before)).isEqualTo(10 / 110.0);
		assertThat(after.busySince(after)).isZero();
	}

	@Test
	void thereIsNoProcessWithoutAnId() {
		assertThat(ProcessorTime.process(-1)).isNull();
		assertThat(ProcessorTime.postgres(ProcessHandle.current().pid())).as("this one is not PostgreSQL").isNull();
	}

}
