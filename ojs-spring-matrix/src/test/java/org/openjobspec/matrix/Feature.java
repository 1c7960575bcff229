package org.openjobspec.matrix;

import java.util.List;

/**
 * What may be ticked at Spring Initializr.
 */
enum Feature {

	WEB(List.of("spring-boot-starter-webmvc"), List.of("spring-boot-starter-webmvc-test")),

	JPA(List.of("spring-boot-starter-data-jpa"), List.of("spring-boot-starter-data-jpa-test")),

	FLYWAY(List.of("spring-boot-starter-flyway"), List.of("spring-boot-starter-flyway-test")),

	SECURITY(List.of("spring-boot-starter-security"), List.of("spring-boot-starter-security-test")),

	ACTUATOR(List.of("spring-boot-starter-actuator"), List.of("spring-boot-starter-actuator-test")),

	DEVTOOLS(List.of("spring-boot-devtools"), List.of());

	private final List<String> starters;

	private final List<String> testStarters;

	Feature(List<String> starters, List<String> testStarters) {
		this.starters = starters;
		this.testStarters = testStarters;
	}

	List<String> starters() {
		return this.starters;
	}

	List<String> testStarters() {
		return this.testStarters;
	}

}
