package org.openjobspec.boot.test;

import java.util.ArrayList;
import java.util.List;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which types are public, and what the module may use. A new public type is a decision:
 * add it here and to the changelog.
 */
class PublicTypesTests {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("org.openjobspec.boot.test");

	private static final List<String> API = List.of("AutoConfigureOjs", "AutoConfigureOjsTest", "EnqueuedJobsAssert",
			"JobAssert", "JobMode", "OjsAssertions", "OjsJobs", "OjsJobsAssert", "OjsTest");

	/** What the wiring needs; not for applications. */
	private static final List<String> DOORS = List.of("FakeOjsAutoConfiguration", "OjsTestAutoConfiguration");

	@Test
	void thePublicTypesAreTheseAndNoOthers() {
		List<String> found = CLASSES.stream()
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
			.map((type) -> type.getSimpleName())
			.toList();
		List<String> expected = new ArrayList<>(API);
		expected.addAll(DOORS);
		assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
	}

	@Test
	void theDatabaseIsTheStoresAlone() {
		ArchRuleDefinition.noClasses()
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("java.sql..", "javax.sql..", "org.springframework.jdbc..",
					"org.openjobspec.boot.store..")
			.check(CLASSES);
	}

	@Test
	void thePackageIsNullMarked() {
		assertThat(CLASSES.getPackage("org.openjobspec.boot.test").isAnnotatedWith(NullMarked.class)).isTrue();
	}

}
