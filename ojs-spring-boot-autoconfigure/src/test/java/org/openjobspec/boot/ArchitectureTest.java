package org.openjobspec.boot;

import java.util.Arrays;
import java.util.Set;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the rooms to the doors between them.
 */
class ArchitectureTest {

	private static final String ROOT = "org.openjobspec.boot";

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages(ROOT);

	@Test
	void roomsOpenOneWay() {
		Architectures.layeredArchitecture()
			.consideringOnlyDependenciesInLayers()
			.withOptionalLayers(true)
			.layer("job")
			.definedBy(room("job"))
			.layer("store")
			.definedBy(room("store"))
			.layer("engine")
			.definedBy(room("engine"))
			.layer("worker")
			.definedBy(room("worker"))
			.layer("client")
			.definedBy(room("client"))
			.layer("web")
			.definedBy(room("web"))
			.layer("observe")
			.definedBy(room("observe"))
			.layer("autoconfigure")
			.definedBy(room("autoconfigure"))
			.whereLayer("job")
			.mayNotAccessAnyLayer()
			.whereLayer("store")
			.mayOnlyAccessLayers("job")
			.whereLayer("engine")
			.mayOnlyAccessLayers("store", "job")
			.whereLayer("worker")
			.mayOnlyAccessLayers("engine", "job")
			.whereLayer("client")
			.mayOnlyAccessLayers("engine", "job")
			.whereLayer("web")
			.mayOnlyAccessLayers("engine", "job")
			.whereLayer("observe")
			.mayOnlyAccessLayers("engine", "job")
			.whereLayer("autoconfigure")
			.mayNotBeAccessedByAnyLayer()
			.check(CLASSES);
	}

	@Test
	void packagesHaveNoCycles() {
		SlicesRuleDefinition.slices().matching(ROOT + ".(**)").should().beFreeOfCycles().check(CLASSES);
	}

	@Test
	void theVocabularyIsPureJava() {
		noClasses().that()
			.resideInAPackage(room("job"))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.springframework..", "java.sql..", "javax.sql..", "jakarta..",
					"com.fasterxml.jackson.annotation..", "tools.jackson.databind.annotation..")
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void onlyTheStoreKnowsJdbc() {
		onlyIn("store", "java.sql..", "javax.sql..", "org.springframework.jdbc..", "org.springframework.data..",
				"org.postgresql..", "org.flywaydb..");
	}

	@Test
	void onlyTheWebKnowsSpringWeb() {
		onlyIn("web", "org.springframework.web..", "org.springframework.http..", "jakarta.servlet..");
	}

	@Test
	void onlyTheWiringKnowsSpringBoot() {
		// Health indicators and endpoints cannot be written without Boot's types for
		// them.
		DescribedPredicate<JavaClass> boot = JavaClass.Predicates.resideInAPackage("org.springframework.boot..");
		DescribedPredicate<JavaClass> observable = JavaClass.Predicates.resideInAnyPackage(
				"org.springframework.boot.health.contributor..", "org.springframework.boot.actuate.endpoint..");
		noClasses().that()
			.resideOutsideOfPackages(room("autoconfigure"), room("observe"))
			.should()
			.dependOnClassesThat(boot)
			.allowEmptyShould(true)
			.check(CLASSES);
		noClasses().that()
			.resideInAPackage(room("observe"))
			.should()
			.dependOnClassesThat(boot.and(DescribedPredicate.not(observable)))
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	@Test
	void everyPackageIsNullMarked() {
		Set<JavaPackage> packages = CLASSES.getPackage(ROOT).getSubpackagesInTree();
		assertThat(packages).isNotEmpty();
		for (JavaPackage each : packages) {
			if (!each.getClasses().isEmpty()) {
				assertThat(each.isAnnotatedWith(NullMarked.class)).as("@NullMarked on %s", each.getName()).isTrue();
			}
		}
	}

	private static void onlyIn(String room, String... libraries) {
		noClasses().that()
			.resideOutsideOfPackages(room(room), room("autoconfigure"))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(libraries)
			.as("only %s (and the wiring) should depend on %s".formatted(room, Arrays.toString(libraries)))
			.allowEmptyShould(true)
			.check(CLASSES);
	}

	private static String room(String name) {
		return ROOT + "." + name + "..";
	}

}
