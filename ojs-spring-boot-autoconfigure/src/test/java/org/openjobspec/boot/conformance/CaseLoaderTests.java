package org.openjobspec.boot.conformance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link CaseLoader} and {@link ConformanceSettings}.
 */
class CaseLoaderTests {

	private static final String CASE = "{\"test_id\":\"L0-OPS-015\",\"steps\":[{\"id\":\"s\",\"delay_ms\":5},"
			+ "{\"id\":\"w\",\"action\":\"WAIT\",\"duration_ms\":7}]}";

	@TempDir
	private Path directory;

	private Path write(String path, String content) throws IOException {
		Path file = this.directory.resolve(path);
		Files.createDirectories(file.getParent());
		return Files.writeString(file, content);
	}

	@Test
	void aCaseIsIdentifiedByItsPathBecauseTestIdsOccurTwice() throws IOException {
		write("suites/level-0/operations/b.json", CASE);
		write("suites/level-0/operations/a.json", CASE);
		write("suites/level-0/README.md", "not a case");
		List<ConformanceCase> cases = CaseLoader.unmodified(this.directory.resolve("suites"));
		assertThat(cases).extracting(ConformanceCase::path)
			.containsExactly("level-0/operations/a", "level-0/operations/b");
		ConformanceCase first = cases.get(0);
		assertThat(first.suite()).isEqualTo("level-0/operations");
		assertThat(first.testId()).isEqualTo("L0-OPS-015");
		assertThat(first.line()).isEqualTo("unmodified level-0/operations/a");
		assertThat(first.waitingMillis()).isEqualTo(12);
	}

	@Test
	void aDirectoryThatIsNotThereIsAnError() {
		assertThatIllegalArgumentException().isThrownBy(() -> CaseLoader.unmodified(this.directory.resolve("nowhere")))
			.withMessageContaining("There is no directory");
	}

	@Test
	void aDirectoryWithoutCasesIsAnError() {
		assertThatIllegalArgumentException().isThrownBy(() -> CaseLoader.unmodified(this.directory))
			.withMessageContaining("holds no conformance cases");
	}

	@Test
	void aFileThatIsNotACaseIsAnError() throws IOException {
		write("a.json", "{\"steps\":[]}");
		assertThatIllegalArgumentException().isThrownBy(() -> CaseLoader.unmodified(this.directory))
			.withMessageContaining("is not a conformance case");
		write("a.json", "{\"steps\":");
		assertThatIllegalArgumentException().isThrownBy(() -> CaseLoader.unmodified(this.directory))
			.withMessageContaining("is not JSON");
	}

	@Test
	void aRepairedCaseThatReplacesNothingIsAnError() throws IOException {
		write("suites/a.json", CASE);
		write("repaired/b.json", CASE);
		List<ConformanceCase> published = CaseLoader.unmodified(this.directory.resolve("suites"));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> CaseLoader.repaired(this.directory.resolve("repaired"), published))
			.withMessageContaining("'b' replaces nothing");
	}

	@Test
	void bothVariantsOfARepairedCaseRun() throws IOException {
		write("suites/x/a.json", CASE);
		write("suites/x/b.json", CASE);
		write("suites/y/c.json", CASE);
		write("repaired/x/a.json", CASE);
		ConformanceSettings settings = settings(Map.of(ConformanceSettings.SUITES, this.directory + "/suites",
				"ojs.conformance.repaired", this.directory + "/repaired", "ojs.conformance.filter", "x/"));
		assertThat(settings.cases()).extracting(ConformanceCase::line)
			.containsExactly("unmodified x/a", "unmodified x/b", "repaired x/a");
		assertThat(settings.selects("unmodified y/c")).isFalse();
		assertThat(settings.selects("repaired x/gone")).isTrue();
	}

	@Test
	void aFilterThatSelectsNothingIsAnError() throws IOException {
		write("suites/x/a.json", CASE);
		ConformanceSettings settings = settings(
				Map.of(ConformanceSettings.SUITES, this.directory + "/suites", "ojs.conformance.filter", "z"));
		assertThat(settings.selects("repaired x/a")).isFalse();
		assertThatIllegalArgumentException().isThrownBy(settings::cases).withMessageContaining("[z]");
	}

	@Test
	void withoutSuitesNothingIsAskedFor() {
		assertThat(ConformanceSettings.from((name) -> null)).isEmpty();
	}

	private static ConformanceSettings settings(Map<String, String> properties) {
		Optional<ConformanceSettings> settings = ConformanceSettings.from(properties::get);
		return settings.orElseThrow();
	}

}
