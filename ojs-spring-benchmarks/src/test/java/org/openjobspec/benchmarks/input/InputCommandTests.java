package org.openjobspec.benchmarks.input;

import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A short run against a real node and a real database, so that neither the harness nor
 * what it proves rots.
 */
class InputCommandTests {

	@Test
	void threeThousandRequestsAreAllAnsweredInOrder(@TempDir Path directory) throws Exception {
		int exit = new CommandLine(new InputCommand()).execute("--requests", "3000", "--window", "1000", "--seed",
				"20261125", "--out", directory.toString());
		assertThat(directory.resolve("input.json")).exists();
		assertThat(exit).as(Files.readString(directory.resolve("input.md"))).isZero();
	}

}
