package org.openjobspec.boot.web;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.web.HttpFixture.Reply;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.RouterFunctions;
import org.springframework.web.servlet.function.ServerResponse;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * We and the application that we live in: neither disturbs the other.
 */
@ExtendWith(OutputCaptureExtension.class)
class HostApplicationTests {

	private static final String JOB = "{\"type\":\"a\",\"args\":[]}";

	private static final String JSON = "application/json";

	@Test
	void apiVersionsNamingStrategiesForcedEncodingsAndExceptionHandlersDoNotReachUs() {
		try (HttpFixture http = new HttpFixture("", Nosy.class, "spring.mvc.apiversion.required=true",
				"spring.mvc.apiversion.use.header=X-Version", "spring.mvc.apiversion.supported=1.0",
				"spring.jackson.property-naming-strategy=UPPER_CAMEL_CASE",
				"spring.servlet.encoding.force-response=true")) {
			Reply reply = http.post("/ojs/v1/jobs", JOB, "Content-Type", JSON);
			assertThat(reply.status()).isEqualTo(201);
			assertThat(reply.header("Content-Type")).isEqualTo("application/openjobspec+json");
			assertThat(reply.string("/job/created_at")).isNotEmpty();
			assertThat(http.post("/ojs/v1/jobs", "{", "Content-Type", JSON).string("/error/code"))
				.isEqualTo("invalid_payload");
			assertThat(http.get("/ojs/v1/nothing").string("/error/code")).isEqualTo("not_found");
			assertThat(http.send("PUT", "/ojs/v1/jobs", null).string("/error/code")).isEqualTo("method_not_allowed");
			Reply multipart = http.send("POST", "/ojs/v1/jobs", new byte[10], "Content-Type", "multipart/form-data");
			assertThat(multipart.status()).isEqualTo(415);
			assertThat(multipart.string("/error/code")).isEqualTo("unsupported_media_type");
		}
	}

	@Test
	void theApplicationsMappingsWinAndAClashIsReportedOnce(CapturedOutput output) {
		try (HttpFixture http = new HttpFixture("", Clashing.class)) {
			assertThat(http.get("/api/v1/queues").text()).isEqualTo("host queues");
			assertThat(http.get("/api/v1/things/7").text()).isEqualTo("host thing 7");
			assertThat(http.post("/api/v1/functional", "").text()).isEqualTo("host function");
			assertThat(http.send("DELETE", "/api/v1/jobs/5", null).text()).isEqualTo("host deleted 5");
			assertThat(http.get("/ojs/v1/queues").string("/queues")).isNotNull();
			assertThat(http.post("/api/v1/jobs", JOB, "Content-Type", JSON).status()).isEqualTo(201);
			assertThat(http.post("/api/v1/things/7", null).text()).isEqualTo("everything");
			assertThat(http.get("/somewhere").text()).isEqualTo("single page");
			assertThat(http.get("/ojs/v1/somewhere").string("/error/code")).isEqualTo("not_found");
			assertThat(output.getAll().lines().filter((line) -> line.contains("GET /api/v1/queues ("))).singleElement()
				.asString()
				.contains("DELETE /api/v1/jobs/{id}")
				.doesNotContain("/ojs/v1");
		}
	}

	@Test
	void aContextPathAndAServletPathStandBeforeOurs() {
		try (HttpFixture http = new HttpFixture("/app/mvc", null, "server.servlet.context-path=/app",
				"spring.mvc.servlet.path=/mvc")) {
			Reply reply = http.post("/ojs/v1/jobs", JOB, "Content-Type", JSON);
			assertThat(reply.status()).isEqualTo(201);
			assertThat(reply.header("Location")).isEqualTo("/app/mvc/ojs/v1/jobs/" + reply.string("/id"));
			assertThat(http.get("/ojs/manifest").string("/endpoints/jobs")).isEqualTo("/app/mvc/ojs/v1/jobs");
			assertThat(http.send("POST", "/ojs/v1/jobs", new byte[3], "Content-Type", "multipart/mixed").status())
				.isEqualTo(415);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@RestControllerAdvice
	static class Nosy {

		@ExceptionHandler(Throwable.class)
		ResponseEntity<String> any(Throwable failure) {
			return ResponseEntity.status(HttpStatus.BAD_GATEWAY).body("host");
		}

	}

	@Configuration(proxyBeanMethods = false)
	@RestController
	static class Clashing {

		@GetMapping("/api/v1/queues")
		String queues() {
			return "host queues";
		}

		@GetMapping("/api/v1/things/{id}")
		String thing(@PathVariable String id) {
			return "host thing " + id;
		}

		@DeleteMapping("/api/v1/{what}/{id}")
		String delete(@PathVariable String what, @PathVariable String id) {
			return "host deleted " + id;
		}

		@GetMapping("/{*path}")
		String singlePage(@PathVariable String path) {
			return "single page";
		}

		@PostMapping("/{*path}")
		String everything(@PathVariable String path) {
			return "everything";
		}

		@Bean
		RouterFunction<ServerResponse> functional() {
			return RouterFunctions.route()
				.path("/api/v1",
						(nested) -> nested.POST("/functional", (request) -> ServerResponse.ok().body("host function")))
				.build();
		}

	}

}
