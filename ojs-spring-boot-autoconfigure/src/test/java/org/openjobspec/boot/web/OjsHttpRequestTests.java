package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import jakarta.servlet.ServletContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Whom each request is for.
 */
class OjsHttpRequestTests {

	private static final Map<String, RequestMatcher> MATCHERS = Map.of("producer", OjsHttpRequest.toProducer(),
			"worker", OjsHttpRequest.toWorker(), "operator", OjsHttpRequest.toOperator(), "admin",
			OjsHttpRequest.toAdmin(), "nobody", OjsHttpRequest.toHealthAndManifest());

	@RegisterExtension
	static final HttpFixture http = new HttpFixture("/app", Host.class, "server.servlet.context-path=/app",
			"test.conformance=true");

	@Test
	void eachRouteIsForExactlyOne() {
		List<Route> routes = http.bean(OjsHttpApi.class).routes();
		assertThat(routes).hasSizeGreaterThan(200).allSatisfy((route) -> {
			assertThat(matching(route.method(), "/app" + route.example())).as(route.toString()).hasSize(1);
			if (route.method().equals("GET")) {
				assertThat(matching("HEAD", "/app" + route.example())).as("HEAD of %s", route)
					.isEqualTo(matching("GET", "/app" + route.example()));
			}
		});
	}

	@Test
	void aRouteThatNobodyHasDecidedAboutIsAMistake() {
		assertThatIllegalStateException().isThrownBy(() -> Roles.of("GET", "/secrets"))
			.withMessageContaining("GET /secrets");
	}

	@Test
	void theyAreForThoseWhoNeedThem() {
		assertThat(matching("POST", "/app/ojs/v1/jobs")).containsExactly("producer");
		assertThat(matching("POST", "/app/api/v1/workers/fetch")).containsExactly("worker");
		assertThat(matching("POST", "/app/api/v1/queues/mail/pause")).containsExactly("operator");
		assertThat(matching("DELETE", "/app/api/v1/admin/dead-letter")).containsExactly("admin");
		assertThat(matching("POST", "/app/api/v1/webhooks/subscriptions")).containsExactly("admin");
		assertThat(matching("GET", "/app/ojs/manifest")).containsExactly("nobody");
		assertThat(matching("GET", "/app/api/v1/health")).containsExactly("nobody");
	}

	@Test
	void whatHasNoRouteIsTheApisAndForNobody() {
		for (String[] request : new String[][] { { "GET", "/app/api/v1/nothing" }, { "DELETE", "/app/api/v1/jobs" },
				{ "OPTIONS", "/app/api/v1/jobs" }, { "POST", "/app/ojs/manifest" } }) {
			assertThat(matching(request[0], request[1])).as(String.join(" ", request)).isEmpty();
			assertThat(OjsHttpRequest.toAnyApi().matches(request(request[0], request[1]))).as(String.join(" ", request))
				.isTrue();
		}
	}

	@Test
	void whatIsTheApplicationsIsLeftAlone() {
		for (String path : List.of("/app/api/v1/customers", "/app/", "/app/elsewhere")) {
			assertThat(matching("GET", path)).as(path).isEmpty();
			assertThat(OjsHttpRequest.toAnyApi().matches(request("GET", path))).as(path).isFalse();
		}
	}

	@Test
	void withoutTheApiThereIsNothingToMatch() {
		MockHttpServletRequest request = new MockHttpServletRequest(new MockServletContext(), "GET", "/ojs/v1/health");
		assertThat(OjsHttpRequest.toAnyApi().matches(request)).isFalse();
		assertThat(OjsHttpRequest.toHealthAndManifest().matches(request)).isFalse();
	}

	private static List<String> matching(String method, String path) {
		List<String> matching = new ArrayList<>();
		MATCHERS.forEach((name, matcher) -> {
			if (matcher.matches(request(method, path))) {
				matching.add(name);
			}
		});
		assertThat(OjsHttpRequest.toAnyApi().matches(request(method, path)) || matching.isEmpty()).isTrue();
		return matching;
	}

	private static MockHttpServletRequest request(String method, String path) {
		MockHttpServletRequest request = new MockHttpServletRequest(http.bean(ServletContext.class), method, path);
		request.setContextPath("/app");
		return request;
	}

	@RestController
	static class Host {

		@GetMapping("/api/v1/customers")
		String customers() {
			return "the host's";
		}

	}

}
