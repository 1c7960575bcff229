package org.openjobspec.boot.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.ServletContext;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.web.ApiRole;
import org.openjobspec.boot.web.OjsAuthorities;
import org.openjobspec.boot.web.OjsHttpRequest;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import org.springframework.boot.test.mock.web.SpringBootMockServletContext;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.StaticApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.mock.web.MockServletContext;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openjobspec.boot.Sha256.hash;

/**
 * Who may call the HTTP API of a user's application: with Spring Security, with keys,
 * with both and with neither.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(180)
class ApiSecurityTests {

	private static final String WARNING = "nothing guards the HTTP API";

	private static final String KEY = "ojs_4f7c0d5e9b1a4c3e8d2f6a7b8c9d0e1f";

	private static final String ORIGIN = "https://jobs.example.com";

	private static final Database DATABASE = TestDatabase.fresh();

	private static final HttpClient client = HttpClient.newHttpClient();

	@Nested
	class WithSpringSecurity {

		@ParameterizedTest
		@CsvSource({ "'','',/ojs/v1", "/app,'',/ojs/v1", "'',/mvc,/ojs/v1", "/app,/mvc,/queue" })
		void theChainOfTheGuideLetsEachRoleDoItsPart(String contextPath, String servletPath, String basePath) {
			try (ConfigurableApplicationContext context = secured(Chain.class)
				.property("server.servlet.context-path", contextPath)
				.property("spring.mvc.servlet.path", servletPath.isEmpty() ? "/" : servletPath)
				.property("ojs.http.base-paths", basePath)
				.run()) {
				String prefix = contextPath + servletPath;
				String api = prefix + basePath;
				Map<String, String> requests = Map.of("producer", "GET /workflows", "worker", "POST /workers/fetch",
						"operator", "GET /queues", "admin", "GET /webhooks/subscriptions");
				requests.forEach((role, request) -> {
					String[] parts = request.split(" ");
					requests.keySet().forEach((user) -> {
						int status = send(context, parts[0], api + parts[1], basic(user)).statusCode();
						assertThat(status == 403).as("%s by %s: %d", request, user, status)
							.isEqualTo(!user.equals(role));
					});
					assertThat(send(context, parts[0], api + parts[1]).statusCode()).as(request).isEqualTo(401);
				});
				assertThat(send(context, "HEAD", api + "/queues", basic("operator")).statusCode()).isEqualTo(200);
				assertThat(send(context, "HEAD", api + "/queues", basic("worker")).statusCode()).isEqualTo(403);
				assertThat(send(context, "GET", api + "/health").statusCode()).isEqualTo(200);
				assertThat(send(context, "GET", prefix + "/ojs/manifest").statusCode()).isEqualTo(200);
				assertThat(send(context, "GET", api + "/nothing").statusCode()).isEqualTo(401);
				assertThat(send(context, "GET", api + "/nothing", basic("admin")).statusCode()).isEqualTo(404);
				assertThat(send(context, "GET", prefix + "/page").statusCode()).isEqualTo(401);
				assertThat(send(context, "GET", prefix + "/page", basic("worker")).body()).isEqualTo("page");
			}
		}

		@Test
		void theStarterHasNoChainOfItsOwn(CapturedOutput output) {
			try (ConfigurableApplicationContext context = secured(Users.class).run()) {
				assertThat(context.getBeansOfType(SecurityFilterChain.class)).hasSize(1);
				assertThat(send(context, "GET", "/ojs/v1/queues").statusCode()).isEqualTo(401);
				assertThat(send(context, "GET", "/ojs/v1/queues", basic("worker")).statusCode()).isEqualTo(200);
				assertThat(output).contains("HTTP API at /ojs/v1 and /api/v1, ").doesNotContain(WARNING);
			}
		}

		@Test
		void keysAreAskedForAllTheSame() {
			try (ConfigurableApplicationContext context = secured(Chain.class)
				.property("ojs.http.api-keys.shop.hash", hash(KEY))
				.property("ojs.http.api-keys.shop.roles", "operator")
				.run()) {
				assertThat(send(context, "GET", "/ojs/v1/queues", basic("operator")).statusCode()).isEqualTo(401);
				assertThat(send(context, "GET", "/ojs/v1/queues", "X-API-Key", KEY).statusCode()).isEqualTo(401);
				assertThat(
						send(context, "GET", "/ojs/v1/queues", "X-API-Key", KEY, "Authorization", basic("operator")[1])
							.statusCode())
					.isEqualTo(200);
			}
		}

		@Test
		void pagesOfOtherOriginsMayAskBeforehand() {
			try (ConfigurableApplicationContext context = secured(Chain.class)
				.property("ojs.http.cors.allowed-origins", ORIGIN)
				.run()) {
				HttpResponse<String> preflight = preflight(context, "/ojs/v1/jobs", ORIGIN);
				assertThat(preflight.statusCode()).isEqualTo(200);
				assertThat(header(preflight, "Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
				HttpResponse<String> refused = send(context, "GET", "/ojs/v1/queues", "Origin", ORIGIN);
				assertThat(refused.statusCode()).isEqualTo(401);
				assertThat(header(refused, "Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
			}
		}

		private TestApplication secured(Class<?> host) {
			return TestApplication.of(Application.class, host, Pages.class)
				.on(DATABASE)
				.property("spring.autoconfigure.exclude", "")
				.web();
		}

	}

	@Nested
	class WithKeys {

		@Test
		void aKeyOfThePropertiesIsServed(CapturedOutput output) {
			try (ConfigurableApplicationContext context = application()
				.property("ojs.http.api-keys.shop.hash", hash(KEY))
				.property("ojs.http.api-keys.shop.roles", "producer,operator")
				.property("ojs.http.api-keys.shop.queues[0]", "mail*")
				.property("ojs.http.api-keys.shop.types[0]", "email.*")
				.run()) {
				assertThat(send(context, "GET", "/ojs/v1/queues").statusCode()).isEqualTo(401);
				assertThat(send(context, "GET", "/ojs/v1/queues", "Authorization", "Bearer " + KEY).statusCode())
					.isEqualTo(200);
				assertThat(
						send(context, "GET", "/ojs/v1/queues/billing", "Authorization", "Bearer " + KEY).statusCode())
					.isEqualTo(403);
				assertThat(send(context, "POST", "/ojs/v1/workers/fetch", "Authorization", "Bearer " + KEY).body())
					.contains("'worker'");
				// Ours alone.
				assertThat(send(context, "GET", "/page").statusCode()).isEqualTo(200);
				assertThat(output).contains("HTTP API at /ojs/v1 and /api/v1 (with 1 API key)").doesNotContain(WARNING);
			}
		}

		@Test
		@EnabledOnOs(OS.LINUX)
		void aKeyThatIsMadeAsTheGuideSaysIsServed() throws IOException {
			Matcher commands = Pattern.compile("(?s)```sh\n(.*?)```")
				.matcher(Files.readString(Path.of("..", "docs", "guide", "security.md")));
			assertThat(commands.find()).isTrue();
			Process shell = new ProcessBuilder("sh", "-c", commands.group(1)).start();
			List<String> lines = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
				.toList();
			assertThat(lines).hasSize(2);
			try (ConfigurableApplicationContext context = application()
				.property("ojs.http.api-keys.shop.hash", lines.get(1))
				.property("ojs.http.api-keys.shop.roles", "operator")
				.run()) {
				assertThat(
						send(context, "GET", "/ojs/v1/queues", "Authorization", "Bearer " + lines.get(0)).statusCode())
					.isEqualTo(200);
			}
		}

		@Test
		void aKeyInThePlaceOfItsHashIsRefusedAndNotShown(CapturedOutput output) {
			application().property("ojs.http.api-keys.shop.hash", KEY)
				.property("ojs.http.api-keys.shop.roles", "producer")
				.fail();
			assertThat(output).contains("APPLICATION FAILED TO START")
				.contains("'ojs.http.api-keys.shop.hash'")
				.doesNotContain(KEY);
		}

		@Test
		void whatIsSetIsNotShownWhereverItIsLogged() {
			assertThat(new ApiKeyProperties(KEY, Set.of(ApiRole.PRODUCER), null, null)).asString()
				.contains("PRODUCER")
				.doesNotContain(KEY);
		}

		@Test
		void aNameMayHaveDots() throws Exception {
			try (ConfigurableApplicationContext context = application()
				.property("ojs.http.api-keys.acme.shop.hash", hash(KEY))
				.property("ojs.http.api-keys.acme.shop.roles", "operator")
				.run()) {
				assertThat(send(context, "GET", "/ojs/v1/queues").statusCode()).isEqualTo(401);
				assertThat(send(context, "GET", "/ojs/v1/queues", "Authorization", "Bearer " + KEY).statusCode())
					.isEqualTo(200);
			}
		}

		@Test
		void aPropertyThatIsNoneOfAKeyStopsTheStartAndIsNotShown(CapturedOutput output) {
			application().property("ojs.http.api-keys.shop", KEY).fail();
			assertThat(output).contains("'ojs.http.api-keys.shop'").doesNotContain(KEY);
		}

		@Test
		void limitsThatNameNothingAreRefused(CapturedOutput output) {
			application().property("ojs.http.api-keys.shop.hash", hash(KEY))
				.property("ojs.http.api-keys.shop.roles", "producer")
				.property("ojs.http.api-keys.shop.queues", "")
				.fail();
			assertThat(output).contains("'ojs.http.api-keys.shop.queues'").contains("names none");
		}

		@Test
		void whatElseIsWrongIsNamed(CapturedOutput output) {
			application().property("ojs.http.api-keys.shop.hash", hash(KEY)).fail();
			assertThat(output).contains("'ojs.http.api-keys.shop.roles'");
			application().property("ojs.http.api-keys.one.hash", hash(KEY))
				.property("ojs.http.api-keys.one.roles", "worker")
				.property("ojs.http.api-keys.two.hash", hash(KEY).toUpperCase(Locale.ROOT))
				.property("ojs.http.api-keys.two.roles", "admin")
				.fail();
			assertThat(output).contains("must differ from that of the key");
			application().property("ojs.http.api-keys.shop.hash", hash(KEY))
				.property("ojs.http.api-keys.shop.roles", "king")
				.fail();
			assertThat(output).contains("ojs.http.api-keys.shop.roles").contains("king");
		}

	}

	@Nested
	class WithNeither {

		@Test
		void whoeverMayReachItIsWarnedOfOnce(CapturedOutput output) {
			try (ConfigurableApplicationContext context = application().property("server.servlet.context-path", "/app")
				.run()) {
				assertThat(context.isRunning()).isTrue();
				assertThat(output.getOut().lines().filter((line) -> line.contains(WARNING))).singleElement()
					.asString()
					.contains("WARN")
					.contains("/app/ojs/v1 and /app/api/v1")
					.contains("'ojs.http.api-keys'")
					.contains("'server.address=127.0.0.1'");
				assertThat(output).contains("HTTP API at /app/ojs/v1 and /app/api/v1 (without authentication)");
			}
		}

		@ParameterizedTest
		@ValueSource(strings = { "server.address=127.0.0.1", "server.address=localhost",
				"ojs.http.allow-unauthenticated=true", "ojs.http.enabled=false", "ojs.enabled=false" })
		void nobodyIsWarnedOfWhatIsNotSo(String property, CapturedOutput output) {
			String[] parts = property.split("=");
			try (ConfigurableApplicationContext context = application().property(parts[0], parts[1]).run()) {
				assertThat(context.isRunning()).isTrue();
				assertThat(output).doesNotContain(WARNING);
				if (parts[0].equals("server.address")) {
					assertThat(output).contains("(without authentication, from this machine alone)");
				}
			}
		}

	}

	@Nested
	class InTestsWithoutAServer {

		// Spring Framework's tests have the first, those of Spring Boot the second.
		@Test
		void nobodyIsWarned(CapturedOutput output) {
			for (ServletContext mock : List.of(new MockServletContext(), new SpringBootMockServletContext(""))) {
				ApiExposure exposure = new ApiExposure(new Binder(new MapConfigurationPropertySource())
					.bindOrCreate("ojs.http", OjsProperties.Http.class), 0, new StaticApplicationContext(), mock);
				exposure.start();
				assertThat(output).as(mock.getClass().getName()).doesNotContain(WARNING);
			}
		}

	}

	@Nested
	class FromPagesOfOtherOrigins {

		@Test
		void nothingIsAllowedUnlessItIsSaid() {
			try (ConfigurableApplicationContext context = application().run()) {
				assertThat(header(preflight(context, "/ojs/v1/jobs", ORIGIN), "Access-Control-Allow-Origin")).isEmpty();
				assertThat(
						header(send(context, "GET", "/ojs/v1/queues", "Origin", ORIGIN), "Access-Control-Allow-Origin"))
					.isEmpty();
			}
		}

		@Test
		void whatIsAllowedHoldsForTheApiAlone() {
			try (ConfigurableApplicationContext context = application()
				.property("ojs.http.cors.allowed-origins", ORIGIN + ",https://other.example.com")
				.property("ojs.http.cors.max-age", "10m")
				.run()) {
				HttpResponse<String> preflight = preflight(context, "/ojs/v1/jobs", ORIGIN);
				assertThat(preflight.statusCode()).isEqualTo(200);
				assertThat(header(preflight, "Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
				assertThat(header(preflight, "Access-Control-Allow-Methods")).contains("POST").contains("DELETE");
				assertThat(header(preflight, "Access-Control-Allow-Headers")).contains("content-type");
				assertThat(header(preflight, "Access-Control-Max-Age")).isEqualTo("600");
				assertThat(header(preflight, "Access-Control-Allow-Credentials")).isEmpty();
				HttpResponse<String> answer = send(context, "GET", "/ojs/v1/queues", "Origin", ORIGIN);
				assertThat(answer.statusCode()).isEqualTo(200);
				assertThat(header(answer, "Access-Control-Allow-Origin")).isEqualTo(ORIGIN);
				assertThat(header(answer, "Access-Control-Expose-Headers")).contains("X-Request-Id");
				assertThat(preflight(context, "/ojs/v1/jobs", "https://evil.example.com").statusCode()).isEqualTo(403);
				HttpResponse<String> evil = send(context, "GET", "/ojs/v1/queues", "Origin",
						"https://evil.example.com");
				assertThat(evil.statusCode()).isEqualTo(403);
				assertThat(header(evil, "Access-Control-Allow-Origin")).isEmpty();
				// The application's own paths, also below a base path.
				for (String path : List.of("/page", "/api/v1/customers")) {
					assertThat(header(preflight(context, path, ORIGIN), "Access-Control-Allow-Origin")).as(path)
						.isEmpty();
					assertThat(send(context, "GET", path, "Origin", "https://evil.example.com").statusCode()).as(path)
						.isEqualTo(200);
				}
			}
		}

		@Test
		void allOriginsAndCredentialsContradictEachOther(CapturedOutput output) {
			application().property("ojs.http.cors.allowed-origins", "*")
				.property("ojs.http.cors.allow-credentials", true)
				.fail();
			assertThat(output).contains("ojs.http.cors.allowed-origins");
		}

		@Test
		void aNegativeAgeIsRefused(CapturedOutput output) {
			application().property("ojs.http.cors.allowed-origins", "https://pages.example")
				.property("ojs.http.cors.max-age", "-1s")
				.fail();
			assertThat(output).contains("ojs.http.cors.max-age");
		}

	}

	private static TestApplication application() {
		return TestApplication.of(Application.class, Pages.class).on(DATABASE).web();
	}

	private static HttpResponse<String> preflight(ConfigurableApplicationContext context, String path, String origin) {
		return send(context, "OPTIONS", path, "Origin", origin, "Access-Control-Request-Method", "POST",
				"Access-Control-Request-Headers", "content-type,authorization");
	}

	private static HttpResponse<String> send(ConfigurableApplicationContext context, String method, String path,
			String... headers) {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:%s%s"
				.formatted(context.getEnvironment().getRequiredProperty("local.server.port"), path)))
			.method(method, HttpRequest.BodyPublishers.noBody());
		if (headers.length > 0) {
			request.headers(headers);
		}
		try {
			return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String[] basic(String user) {
		return new String[] { "Authorization",
				"Basic " + Base64.getEncoder().encodeToString((user + ":pw").getBytes(StandardCharsets.UTF_8)) };
	}

	private static String header(HttpResponse<String> response, String name) {
		return response.headers().firstValue(name).orElse("");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

	@RestController
	static class Pages {

		@GetMapping("/page")
		String page() {
			return "page";
		}

		@GetMapping("/api/v1/customers")
		String customers() {
			return "customers";
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Users {

		@Bean
		UserDetailsService users() {
			return new InMemoryUserDetailsManager(user("producer", OjsAuthorities.PRODUCER),
					user("worker", OjsAuthorities.WORKER), user("operator", OjsAuthorities.OPERATOR),
					user("admin", OjsAuthorities.ADMIN));
		}

		private static UserDetails user(String name, String authority) {
			return User.withUsername(name).password("{noop}pw").authorities(authority).build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Chain extends Users {

		@Bean
		@Order(1)
		SecurityFilterChain jobs(HttpSecurity http) throws Exception {
			return http.securityMatcher(OjsHttpRequest.toAnyApi())
				.authorizeHttpRequests((requests) -> requests.requestMatchers(OjsHttpRequest.toHealthAndManifest())
					.permitAll()
					.requestMatchers(OjsHttpRequest.toProducer())
					.hasAuthority(OjsAuthorities.PRODUCER)
					.requestMatchers(OjsHttpRequest.toWorker())
					.hasAuthority(OjsAuthorities.WORKER)
					.requestMatchers(OjsHttpRequest.toOperator())
					.hasAuthority(OjsAuthorities.OPERATOR)
					.requestMatchers(OjsHttpRequest.toAdmin())
					.hasAuthority(OjsAuthorities.ADMIN)
					.anyRequest()
					.authenticated())
				.httpBasic(Customizer.withDefaults())
				.csrf((csrf) -> csrf.disable())
				.sessionManagement((sessions) -> sessions.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
				.build();
		}

		@Bean
		@Order(2)
		SecurityFilterChain pages(HttpSecurity http) throws Exception {
			return http.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
				.httpBasic(Customizer.withDefaults())
				.build();
		}

	}

}
