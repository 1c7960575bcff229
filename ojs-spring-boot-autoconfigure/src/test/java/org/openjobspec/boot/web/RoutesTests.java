package org.openjobspec.boot.web;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * When the routes are made, and which one a request meets.
 */
class RoutesTests {

	private final AtomicInteger made = new AtomicInteger();

	private final Routes routes = new Routes(new Territory(List.of("/ojs/v1"), List.of("/ojs/manifest")), () -> {
		this.made.incrementAndGet();
		return List.of(route("GET", "/jobs/{id}").below("/ojs/v1"), route("DELETE", "/jobs/{id}").below("/ojs/v1"),
				route("GET", "/ojs/manifest"));
	});

	@Test
	void theyAreMadeWhenTheFirstRequestComesThatIsOurs() {
		assertThat(this.routes.find("GET", List.of("notes", "1"))).isNull();
		assertThat(this.made).hasValue(0);
		assertThat(this.routes.find("GET", List.of("ojs", "v1", "jobs", "7"))).isNotNull();
		assertThat(this.routes.find("GET", List.of("ojs", "manifest"))).isNotNull();
		assertThat(this.routes.all()).hasSize(3);
		assertThat(this.made).hasValue(1);
	}

	@Test
	void aRequestMeetsItsRouteOrLearnsTheMethodsOfThePath() {
		Routes.Match match = this.routes.find("HEAD", List.of("ojs", "v1", "jobs", "7"));
		assertThat(match).isNotNull();
		assertThat(match.route()).hasToString("GET /ojs/v1/jobs/{id}");
		assertThat(match.variables()).containsExactly("7");
		assertThat(this.routes.find("PUT", List.of("ojs", "v1", "jobs", "7")))
			.satisfies((none) -> assertThat(none.methods()).containsExactly("DELETE", "GET", "HEAD", "OPTIONS"));
		assertThat(this.routes.find("PUT", List.of("ojs", "v1", "nothing")))
			.satisfies((none) -> assertThat(none.methods()).isEmpty());
		assertThat(this.routes.find("PUT", List.of("ojs", "manifest")))
			.satisfies((none) -> assertThat(none.methods()).containsExactly("GET", "HEAD", "OPTIONS"));
	}

	private static Route route(String method, String path) {
		return new Route(method, path, (call) -> Answer.ok((json) -> {
		}));
	}

}
