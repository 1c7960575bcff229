package org.openjobspec.matrix;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjobspec.matrix.ClassPaths.Starter;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the applications are started with.
 */
class ClassPathsTests {

	@TempDir
	private Path directory;

	@Test
	void aStarterBringsWhatItsPomNames_andNothingElseDoes() {
		try (ClassPaths classPaths = new ClassPaths(this.directory)) {
			Combination web = Combination.of(Feature.WEB);
			assertThat(names(classPaths.runtime(web, Starter.NONE))).anyMatch(isJar("spring-webmvc"))
				.anyMatch(isJar("HikariCP"))
				.noneMatch(isJar("flyway-core"))
				.noneMatch(isJar("spring-boot-health"))
				.noneMatch(isJar("junit-jupiter-api"));
			assertThat(names(classPaths.runtime(web, Starter.PLAIN))).anyMatch(isJar("ojs-spring-boot-autoconfigure"))
				.anyMatch(isJar("spring-boot-health"))
				.anyMatch(isJar("flyway-core"))
				.noneMatch(isJar("spring-boot-flyway"))
				.noneMatch(isJar("spring-data-commons"));
			Combination nothing = new Combination(Set.of());
			assertThat(names(classPaths.runtime(nothing, Starter.PLAIN))).anyMatch(isJar("spring-webmvc"));
			assertThat(names(classPaths.runtime(nothing, Starter.WITHOUT_SERVER))).noneMatch(isJar("spring-webmvc"));
			assertThat(names(classPaths.test(web, Starter.PLAIN))).anyMatch(isJar("junit-jupiter-api"));
		}
	}

	// Otherwise it is found only where something else has fetched it before.
	@Test
	void everyJarIsOneThatMavenFetchesForThisModule() {
		Set<String> fetched = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
			.map((path) -> Path.of(path).getFileName().toString())
			.collect(Collectors.toSet());
		Set<String> used = new TreeSet<>();
		try (ClassPaths classPaths = new ClassPaths(this.directory)) {
			for (Combination combination : Combination.pairwise()) {
				used.addAll(names(classPaths.runtime(combination, Starter.NONE)));
				used.addAll(names(classPaths.test(combination, Starter.PLAIN)));
				used.addAll(names(classPaths.runtime(combination, Starter.WITHOUT_SERVER)));
			}
		}
		used.removeIf((name) -> name.startsWith("ojs-spring-boot-"));
		assertThat(used).hasSizeGreaterThan(100);
		assertThat(fetched).containsAll(used);
	}

	@Test
	void theCombinationsOfTheBuildCoverEachPair() {
		assertThat(Combination.all()).hasSize(64).doesNotHaveDuplicates();
		assertThat(Combination.pairwise()).hasSizeBetween(6, 10);
		for (Feature first : Feature.values()) {
			for (Feature second : Feature.values()) {
				if (first != second) {
					assertThat(Combination.pairwise()).as("%s and %s", first, second)
						.anyMatch((one) -> one.has(first) && one.has(second))
						.anyMatch((one) -> one.has(first) && !one.has(second))
						.anyMatch((one) -> !one.has(first) && !one.has(second));
				}
			}
		}
	}

	private static List<String> names(List<Path> classPath) {
		return classPath.stream().map((path) -> path.getFileName().toString()).toList();
	}

	private static Predicate<String> isJar(String artifact) {
		return (name) -> name.matches(artifact + "(-\\d.*)?\\.jar");
	}

}
