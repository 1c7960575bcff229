package org.openjobspec.boot.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.DriverManager;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import com.zaxxer.hikari.HikariDataSource;
import jakarta.servlet.Filter;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.SharedFixture;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.store.Store;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.http.converter.autoconfigure.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.HttpEncodingAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.servlet.HandlerMapping;

/**
 * An application with a real server and a real database that offers nothing but the HTTP
 * binding, and a client for it.
 */
final class HttpFixture implements SharedFixture {

	private final ConfigurableApplicationContext context;

	private final HttpClient client = HttpClient.newHttpClient();

	private final JsonMapper mapper = new JsonMapper();

	private final String prefix;

	/**
	 * Starts an application.
	 * @param prefix what stands before every path of the application
	 * @param host a configuration of the application, if it has one
	 * @param properties the application's properties
	 */
	HttpFixture(String prefix, @Nullable Class<?> host, String... properties) {
		this.prefix = prefix;
		SpringApplicationBuilder application = new SpringApplicationBuilder(Server.class);
		if (host != null) {
			application.sources(host);
		}
		this.context = application.run(
				Stream
					.concat(Stream.of("server.port=0", "spring.main.banner-mode=off",
							"logging.level.org.openjobspec=info"), Arrays.stream(properties))
					.map((property) -> "--" + property)
					.toArray(String[]::new));
	}

	@Override
	public void reset() {
		engine().reset();
	}

	JobEngine engine() {
		return this.context.getBean(JobEngine.class);
	}

	<T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	JdbcTemplate jdbc() {
		return new JdbcTemplate(this.context.getBean(HikariDataSource.class));
	}

	HikariDataSource dataSource() {
		return this.context.getBean(HikariDataSource.class);
	}

	int port() {
		return Integer.parseInt(this.context.getEnvironment().getRequiredProperty("local.server.port"));
	}

	Reply get(String path, String... headers) {
		return send("GET", path, null, headers);
	}

	Reply post(String path, @Nullable String json, String... headers) {
		return send("POST", path, (json != null) ? json.getBytes(StandardCharsets.UTF_8) : null, headers);
	}

	Reply send(String method, String path, byte @Nullable [] body, String... headers) {
		return request(method, this.prefix + path, body, headers);
	}

	/** The same with a path that is whole. */
	Reply request(String method, String path, byte @Nullable [] body, String... headers) {
		HttpRequest.Builder request = HttpRequest
			.newBuilder(URI.create("http://localhost:%d%s".formatted(port(), path)))
			.version(HttpClient.Version.HTTP_1_1)
			.method(method, (body != null) ? HttpRequest.BodyPublishers.ofByteArray(body)
					: HttpRequest.BodyPublishers.noBody());
		if (headers.length > 0) {
			request.headers(headers);
		}
		return send(request.build());
	}

	Reply send(HttpRequest request) {
		try {
			return new Reply(this.client.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)),
					this.mapper);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.context.close();
	}

	record Reply(HttpResponse<String> response, JsonMapper mapper) {

		int status() {
			return this.response.statusCode();
		}

		String header(String name) {
			return this.response.headers().firstValue(name).orElse("");
		}

		String text() {
			return this.response.body();
		}

		JsonNode json() {
			return this.mapper.readTree(text());
		}

		JsonNode at(String pointer) {
			return json().at(pointer);
		}

		String string(String pointer) {
			return at(pointer).asString("");
		}

	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@ImportAutoConfiguration({ TomcatServletWebServerAutoConfiguration.class, DispatcherServletAutoConfiguration.class,
			WebMvcAutoConfiguration.class, ErrorMvcAutoConfiguration.class, HttpEncodingAutoConfiguration.class,
			MultipartAutoConfiguration.class, JacksonAutoConfiguration.class,
			HttpMessageConvertersAutoConfiguration.class })
	static class Server {

		@Bean
		HikariDataSource dataSource() {
			return TestDatabase.fresh().migrated().pool();
		}

		@Bean(initMethod = "start", destroyMethod = "stop")
		JobEngine jobEngine(HikariDataSource dataSource, Environment environment) {
			Store store = new Store(dataSource, () -> DriverManager.getConnection(dataSource.getJdbcUrl(),
					dataSource.getUsername(), dataSource.getPassword()));
			return new JobEngine(store, settings(environment.getProperty("test.local-webhooks", Boolean.class, false)),
					List.of(), (type) -> null);
		}

		private static EngineSettings settings(boolean localWebhooks) {
			EngineSettings usual = EngineSettings.DEFAULT;
			EngineSettings.Webhooks webhooks = usual.webhooks();
			return new EngineSettings(usual.defaultTimeout(), usual.defaultVisibilityTimeout(),
					usual.heartbeatTimeout(), usual.maintenanceInterval(), usual.retention(),
					new EngineSettings.Webhooks(true, localWebhooks, localWebhooks, webhooks.connectTimeout(),
							webhooks.timeout(), webhooks.concurrency(), webhooks.retention()));
		}

		@Bean
		OjsHttpApi ojsHttpApi(JobEngine engine, ListableBeanFactory beans, Environment environment,
				ObjectProvider<WebGuard> guard) {
			WebSettings settings = new WebSettings(WebSettings.DEFAULT.basePaths(), true,
					environment.getProperty("test.conformance", Boolean.class, false), 1_048_576,
					environment.getProperty("test.tenant-required", Boolean.class, false));
			return new OjsHttpApi(engine, settings, guard.getIfAvailable(() -> WebGuard.NONE), () -> null,
					() -> beans.getBeansOfType(HandlerMapping.class).values().stream());
		}

		@Bean(defaultCandidate = false)
		HandlerMapping ojsHandlerMapping(OjsHttpApi api) {
			return api.handlerMapping();
		}

		@Bean
		FilterRegistrationBean<Filter> ojsMultipartFilter(OjsHttpApi api) {
			return new FilterRegistrationBean<>(api.multipartFilter());
		}

	}

}
