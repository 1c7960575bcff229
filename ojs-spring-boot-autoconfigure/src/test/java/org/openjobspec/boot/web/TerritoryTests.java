package org.openjobspec.boot.web;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which paths can be ours.
 */
class TerritoryTests {

	private final Territory territory = new Territory(List.of("/ojs/v1", "/api/v1"), List.of("/ojs/manifest"));

	@Test
	void whatIsBelowABasePathIsOursAndWhatIsBelowAnOutpostIsNot() {
		assertThat(this.territory.covers(List.of("ojs", "v1"))).isTrue();
		assertThat(this.territory.covers(List.of("api", "v1", "nothing", ""))).isTrue();
		assertThat(this.territory.covers(List.of("ojs", "manifest"))).isTrue();
		assertThat(this.territory.covers(List.of("ojs", "manifest", "x"))).isFalse();
		assertThat(this.territory.covers(List.of("ojs"))).isFalse();
		assertThat(this.territory.covers(List.of())).isFalse();
		assertThat(this.territory.covers(List.of("api", "v2", "jobs"))).isFalse();
		assertThat(this.territory.covers(List.of("ojs/v1", "jobs"))).isFalse();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ojs/v1/jobs", "/api/v1", "/api/v1/{what}/{id}", "/api/{version}/jobs", "/{a}/v1/jobs",
			"/api/v?/jobs", "/api/**", "/**", "/o{x}/v1/jobs", "/API/V1/queues", "/ojs/manifest", "/ojs/mani*",
			"{*path}" })
	void whatMayMatchOneOfOurPathsTouchesUs(String pattern) {
		assertThat(this.territory.isTouchedBy(pattern)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "/", "/api", "/ojs", "/notes", "/notes/{id}", "/api/orders/{id}", "/api/v2/jobs",
			"/ojs/dashboard", "/error", "/actuator/**", "/webjars/**" })
	void whatCannotDoesNot(String pattern) {
		assertThat(this.territory.isTouchedBy(pattern)).isFalse();
	}

	@Test
	void aRouteIsBelowEachBasePathOrWhereItSays() {
		assertThat(this.territory.places("/jobs")).containsExactly("/ojs/v1/jobs", "/api/v1/jobs", "/jobs");
	}

	@Test
	void whatBeginsOtherwiseDoesNotMeet() {
		assertThat(Territory.meet("/api/v1/jobs/{id}", "/api/v1/notes")).isFalse();
		assertThat(Territory.meet("/api/v1/jobs/batch", "/api/v1/jobs/1/{x}")).isFalse();
		assertThat(Territory.meet("/api/v1/jobs/{id}", "/API/v1/{what}/1")).isTrue();
		assertThat(Territory.meet("/api/v1/jobs/{id}", "/api/v1/jobs/1")).isTrue();
		assertThat(Territory.meet("/api/v1/jobs/{id}", "/api/v1/jobs/*")).isTrue();
		assertThat(Territory.meet("/api/v1/jobs/{id}", "{*path}")).isTrue();
	}

}
