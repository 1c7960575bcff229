package org.openjobspec.boot.conformance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs the public conformance cases against the real application, or against a server
 * that is running already. {@link ConformanceSettings} tells how to ask for it.
 */
class ConformanceTest {

	private static final int SERVERS = 3;

	private static final Path REPORT = Path.of("target", "conformance");

	@Test
	void theServerPassesExactlyTheExpectedCases() throws IOException, InterruptedException {
		Optional<ConformanceSettings> settings = ConformanceSettings.fromSystem();
		Assumptions.assumeTrue(settings.isPresent(),
				"No conformance suites: name their directory with -D" + ConformanceSettings.SUITES + "=DIR");
		run(settings.orElseThrow());
	}

	private static void run(ConformanceSettings settings) throws IOException, InterruptedException {
		Path expectedFile = ConformanceSettings.expectedFile();
		Expectations expectations = Expectations.read(expectedFile);
		List<ConformanceCase> cases = settings.cases();
		List<CaseResult> results = play(settings, cases);
		ConformanceReport report = new ConformanceReport(results);
		report.write(REPORT);
		System.out.println(report.table());
		System.out.println(report.failures());
		assertThat(expectations.contradiction(results, settings::selects))
			.withFailMessage(() -> "%s does not say what the server does. %s%nReasons are in %s".formatted(expectedFile,
					expectations.contradiction(results, settings::selects).orElse(""),
					REPORT.resolve("report.md").toAbsolutePath()))
			.isEmpty();
	}

	private static List<CaseResult> play(ConformanceSettings settings, List<ConformanceCase> cases)
			throws InterruptedException {
		if (!settings.targets().isEmpty()) {
			return new ConformanceRunner(settings.targets()).run(cases);
		}
		try (BootedServers servers = new BootedServers(SERVERS)) {
			return new ConformanceRunner(servers.addresses()).run(cases);
		}
	}

}
