package org.openjobspec.tracing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Two applications on one database: one takes requests and runs no jobs, the other runs
 * them. Each traces as Spring Boot has it, and what they export is collected here.
 */
final class TracedNodes implements AutoCloseable {

	private static final AttributeKey<String> JOB_ID = AttributeKey.stringKey("ojs.job.id");

	private final InMemorySpanExporter spans = InMemorySpanExporter.create();

	private final ConfigurableApplicationContext front;

	private final ConfigurableApplicationContext back;

	TracedNodes(String... properties) {
		Database database = TestDatabase.fresh();
		this.front = start(Front.class, WebApplicationType.SERVLET, database, "ojs.worker.enabled=false", properties);
		this.back = start(Back.class, WebApplicationType.NONE, database, "ojs.worker.poll-interval=100ms", properties);
	}

	private ConfigurableApplicationContext start(Class<?> source, WebApplicationType type, Database database,
			String property, String... properties) {
		List<String> arguments = new ArrayList<>();
		database.springProperties().forEach((name, value) -> arguments.add("--" + name + "=" + value));
		arguments.addAll(List.of("--server.port=0", "--server.address=127.0.0.1", "--spring.main.banner-mode=off",
				"--management.otlp.metrics.export.enabled=false", "--management.tracing.sampling.probability=1.0",
				"--logging.level.org.openjobspec=info",
				"--spring.application.name=" + source.getSimpleName().toLowerCase(Locale.ROOT)));
		arguments.add("--" + property);
		Arrays.stream(properties).map((each) -> "--" + each).forEach(arguments::add);
		SpringApplication application = new SpringApplication(source);
		application.setWebApplicationType(type);
		application.setRegisterShutdownHook(false);
		application.addInitializers((context) -> context.getBeanFactory()
			.registerSingleton("collected", SimpleSpanProcessor.create(this.spans)));
		ConfigurableApplicationContext context = application.run(arguments.toArray(String[]::new));
		assertThat(context.getBeansOfType(SpanProcessor.class)).containsKey("collected");
		return context;
	}

	/** A node that takes requests. */
	ConfigurableApplicationContext front() {
		return this.front;
	}

	/** A node that runs jobs. */
	ConfigurableApplicationContext back() {
		return this.back;
	}

	String post(String path, String json, String... headers) throws IOException, InterruptedException {
		String port = this.front.getEnvironment().getRequiredProperty("local.server.port");
		HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(json));
		if (headers.length > 0) {
			request.headers(headers);
		}
		HttpResponse<String> response = HttpClient.newHttpClient()
			.send(request.build(), HttpResponse.BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isBetween(200, 299);
		return response.body();
	}

	List<SpanData> spans(SpanKind kind) {
		return this.spans.getFinishedSpanItems().stream().filter((span) -> span.getKind() == kind).toList();
	}

	/** The spans of a job's attempts, in their order. */
	List<SpanData> attempts(String id) {
		return spans(SpanKind.CONSUMER).stream().filter((span) -> id.equals(span.getAttributes().get(JOB_ID))).toList();
	}

	/** The span that has enqueued a single job. */
	SpanData enqueue(String id) {
		List<SpanData> found = spans(SpanKind.PRODUCER).stream()
			.filter((span) -> id.equals(span.getAttributes().get(JOB_ID)))
			.toList();
		assertThat(found).hasSize(1);
		return found.get(0);
	}

	@Override
	public void close() {
		this.back.close();
		this.front.close();
	}

}
