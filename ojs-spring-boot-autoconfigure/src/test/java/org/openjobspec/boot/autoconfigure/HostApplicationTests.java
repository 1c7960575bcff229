package org.openjobspec.boot.autoconfigure;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

import javax.sql.DataSource;

import io.micrometer.core.instrument.MeterRegistry;
import jakarta.persistence.Entity;
import jakarta.persistence.EntityManager;
import jakarta.persistence.Id;
import org.awaitility.Awaitility;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.migration.BaseJavaMigration;
import org.flywaydb.core.api.migration.Context;
import org.flywaydb.core.api.migration.JavaMigration;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.TestDatabase.OwnServer;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.EnqueueInterceptor;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.observe.OjsHealthIndicator;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.persistence.autoconfigure.EntityScan;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.data.jdbc.core.convert.JdbcCustomConversions;
import org.springframework.data.jdbc.repository.config.EnableJdbcRepositories;
import org.springframework.data.relational.core.mapping.Table;
import org.springframework.data.repository.CrudRepository;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Applications of users, whole and with everything that they may have configured for
 * themselves: the backend works, and they notice nothing.
 */
@ExtendWith(OutputCaptureExtension.class)
@Timeout(180)
class HostApplicationTests {

	private static final String GREET = """
			{"type":"greet","args":["World"],"queue":"default"}""";

	private static final Duration PATIENCE = Duration.ofSeconds(30);

	private final Database database = TestDatabase.fresh();

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	@Test
	void aHandlersJobRunsAndIsReportedToListenersAndMeters(CapturedOutput output) {
		try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class).on(this.database).run()) {
			assertThat(output).contains("Open Job Spec: 1 handler on queues [default, hello] with concurrency 10, "
					+ "schema ojs version 9, maintenance on");
			assertThat(greet(context, "World")).isEqualTo("Hello World");
			Greetings greetings = context.getBean(Greetings.class);
			Awaitility.await()
				.atMost(PATIENCE)
				.untilAsserted(() -> assertThat(greetings.events).extracting(JobEvent::type)
					.containsExactly(JobEvent.ENQUEUED, JobEvent.STARTED, JobEvent.COMPLETED));
			MeterRegistry meters = context.getBean(MeterRegistry.class);
			assertThat(meters.get("ojs.job.enqueued").tags("queue", "hello", "type", "greet").counter().count())
				.isOne();
			assertThat(meters.get("ojs.job.completed").tags("queue", "hello", "type", "greet").counter().count())
				.isOne();
			assertThat(meters.get("ojs.job.duration").tag("outcome", "completed").timer().count()).isOne();
			assertThat(meters.get("ojs.worker.running").gauge().value()).isZero();
		}
	}

	@Test
	void listensForOtherNodesUnlessToldToPoll() {
		String listening = """
				pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN ojs'""";
		try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class).on(this.database).run()) {
			assertThat(context.isRunning()).isTrue();
			Awaitility.await().atMost(PATIENCE).until(() -> count(listening) == 1);
		}
		Awaitility.await().atMost(PATIENCE).until(() -> count(listening) == 0);
		try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class)
			.on(this.database)
			.property("ojs.wakeup.mode", "poll")
			.run()) {
			assertThat(greet(context, "World")).isEqualTo("Hello World");
			assertThat(count(listening)).isZero();
		}
	}

	@Test
	void jobsThatNoHandlerTakesAreCounted() {
		try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class).on(this.database).run()) {
			context.getBean(OjsTemplate.class).enqueue("nobody.takes");
			Awaitility.await()
				.atMost(PATIENCE)
				.until(() -> context.getBean(MeterRegistry.class).get("ojs.job.unhandled").gauge().value() == 1);
		}
	}

	@Test
	void enqueueInterceptorsAreCalledInOrder() {
		try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class, Interceptors.class)
			.on(this.database)
			.run()) {
			assertThat(greet(context, "World")).isEqualTo("Hello World");
			assertThat(context.getBean(Interceptors.class).calls).containsExactly("first", "second");
		}
	}

	@Test
	void lazyInitializationDoesNotSwitchAnythingOff() {
		try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class)
			.on(this.database)
			.property("spring.main.lazy-initialization", true)
			.web()
			.run()) {
			assertThat(greet(context, "World")).isEqualTo("Hello World");
			assertThat(post(context, "/api/v1/jobs", GREET).statusCode()).isEqualTo(201);
		}
	}

	@Test
	void nodesMayStartTogether() throws Exception {
		ExecutorService executor = Executors.newFixedThreadPool(4);
		try {
			Callable<ConfigurableApplicationContext> node = () -> TestApplication.of(Greetings.class)
				.on(this.database)
				.property("spring.jmx.enabled", false)
				.run();
			List<Future<ConfigurableApplicationContext>> nodes = executor
				.invokeAll(IntStream.range(0, 4).mapToObj((i) -> node).toList());
			for (Future<ConfigurableApplicationContext> started : nodes) {
				assertThat(greet(started.get(), "World")).isEqualTo("Hello World");
			}
			for (Future<ConfigurableApplicationContext> started : nodes) {
				started.get().close();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(count("ojs.flyway_schema_history")).isEqualTo(9);
	}

	@Test
	void theEngineOutlivesTheWorkerOnShutdown(CapturedOutput output) {
		ConfigurableApplicationContext context = TestApplication.of(Slow.class).on(this.database).run();
		Slow slow = context.getBean(Slow.class);
		Job job = context.getBean(OjsTemplate.class).enqueue("slow");
		Awaitility.await().atMost(PATIENCE).until(() -> slow.started);
		context.close();
		assertThat(this.jdbc.sql("SELECT state FROM ojs.jobs WHERE id = :id")
			.param("id", job.id())
			.query(String.class)
			.single()).isEqualTo("completed");
		assertThat(output).doesNotContain("ERROR").doesNotContain("Exception");
	}

	@Nested
	class WithItsOwnFlyway {

		@Test
		void migratesPublicAsIfWeWereNotThere() {
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class, HostMigrations.class)
				.on(database)
				.run()) {
				assertThat(context.getBeansOfType(Flyway.class)).hasSize(1);
				assertThat(jdbc.sql("SELECT version FROM public.flyway_schema_history ORDER BY installed_rank")
					.query(String.class)
					.list()).containsExactly("7");
				assertThat(greet(context, "World")).isEqualTo("Hello World");
			}
			assertThat(count("host_table")).isZero();
			assertThat(count("ojs.flyway_schema_history")).isEqualTo(9);
		}

		@Test
		void mayEnqueueJobsInItsMigrations() {
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class, EnqueueingMigration.class)
				.on(database)
				.run()) {
				Greetings greetings = context.getBean(Greetings.class);
				Awaitility.await().atMost(PATIENCE).until(() -> greetings.names.contains("Migration"));
			}
		}

		@Test
		void mayBringOurTablesItself() {
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class)
				.on(database)
				.property("ojs.schema.management", "none")
				.property("spring.flyway.locations", "classpath:org/openjobspec/boot/db")
				.run()) {
				assertThat(greet(context, "World")).isEqualTo("Hello World");
				assertThat(count("public.flyway_schema_history")).isEqualTo(9);
			}
		}

	}

	@Nested
	class WithItsOwnPersistence {

		@Test
		void itsJdbcRepositoriesAndConversionsAreLeftAlone() {
			jdbc.sql("CREATE TABLE widget (id text PRIMARY KEY)").update();
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class, HostRepositories.class)
				.on(database)
				.property("spring.flyway.enabled", false)
				.run()) {
				assertThat(context.getBean(Widgets.class).count()).isZero();
				assertThat(context.getBeansOfType(JdbcCustomConversions.class)).containsOnlyKeys("hostConversions");
				assertThat(greet(context, "World")).isEqualTo("Hello World");
			}
		}

		@Test
		void jpaTransactionsCarryTheJob() {
			jdbc.sql("CREATE TABLE note (id bigint PRIMARY KEY)").update();
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class, HostEntities.class)
				.on(database)
				.property("spring.flyway.enabled", false)
				.run()) {
				TransactionTemplate transaction = new TransactionTemplate(
						context.getBean(PlatformTransactionManager.class));
				EntityManager entities = context.getBean(EntityManager.class);
				OjsTemplate jobs = context.getBean(OjsTemplate.class);
				Job rolledBack = transaction.execute((status) -> {
					entities.persist(new Note(1));
					Job job = jobs.enqueue("greet", "Nobody");
					status.setRollbackOnly();
					return job;
				});
				Job committed = transaction.execute((status) -> {
					entities.persist(new Note(2));
					return jobs.enqueue("greet", "World");
				});
				assertThat(jobs.await(committed.id(), String.class, PATIENCE)).isEqualTo("Hello World");
				assertThat(jobs.get(rolledBack.id())).isEmpty();
				assertThat(count("note")).isOne();
			}
		}

		@Test
		void theJobsMayLiveInAnotherDatabase() {
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class, TwoDatabases.class)
				.run()) {
				assertThat(greet(context, "World")).isEqualTo("Hello World");
				assertThat(hasSchema(context.getBean("jobs", DataSource.class))).isTrue();
				assertThat(hasSchema(context.getBean("main", DataSource.class))).isFalse();
			}
		}

		private boolean hasSchema(DataSource dataSource) {
			return JdbcClient.create(dataSource)
				.sql("SELECT to_regnamespace('ojs') IS NOT NULL")
				.query(Boolean.class)
				.single();
		}

	}

	@Nested
	class WithItsOwnWeb {

		@Test
		void requiredApiVersionsDoNotApplyToUs() {
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class, Pages.class)
				.on(database)
				.property("spring.mvc.apiversion.required", true)
				.property("spring.mvc.apiversion.supported", "1.0")
				.property("spring.mvc.apiversion.use.header", "API-Version")
				.web()
				.run()) {
				assertThat(post(context, "/api/v1/jobs", GREET).statusCode()).isEqualTo(201);
				assertThat(get(context, "/page").statusCode()).isEqualTo(400);
			}
		}

		@Test
		void itsNamingOfPropertiesDoesNotReachTheWire() {
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class, Pages.class)
				.on(database)
				.property("spring.jackson.property-naming-strategy", "UPPER_CAMEL_CASE")
				.property("spring.jackson.default-property-inclusion", "non_empty")
				.web()
				.run()) {
				String body = post(context, "/ojs/v1/jobs", GREET).body();
				assertThat(body).contains("\"job\"").contains("\"created_at\"").doesNotContain("\"CreatedAt\"");
				assertThat(get(context, "/page").body()).isEqualTo("{\"SomeTitle\":\"Home\"}");
			}
		}

		@Test
		void itsExceptionHandlersDoNotSeeOurErrors() {
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class, CatchAll.class)
				.on(database)
				.web()
				.run()) {
				HttpResponse<String> refused = post(context, "/api/v1/jobs", "{not json");
				assertThat(refused.statusCode()).isEqualTo(400);
				assertThat(refused.body()).contains("\"error\"").doesNotContain("caught by the host");
				assertThat(get(context, "/fails").body()).isEqualTo("caught by the host");
			}
		}

		@Test
		void itsMappingsWinAndTheClashIsLoggedOnce(CapturedOutput output) {
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class, OwnJobs.class)
				.on(database)
				.web()
				.run()) {
				assertThat(post(context, "/api/v1/jobs", GREET).body()).isEqualTo("the host's job");
				assertThat(post(context, "/ojs/v1/jobs", GREET).statusCode()).isEqualTo(201);
				assertThat(output.getOut().lines().filter((line) -> line.contains("The application maps paths")))
					.singleElement()
					.asString()
					.contains("/api/v1/jobs");
			}
		}

		@Test
		void aContextPathAndOtherBasePathsAreRespected(CapturedOutput output) {
			try (ConfigurableApplicationContext context = TestApplication.of(Greetings.class)
				.on(database)
				.property("server.servlet.context-path", "/app")
				.property("ojs.http.base-paths", "/queue")
				.web()
				.run()) {
				assertThat(output).contains("HTTP API at /app/queue (without authentication");
				assertThat(post(context, "/app/queue/jobs", GREET).statusCode()).isEqualTo(201);
				assertThat(post(context, "/app/api/v1/jobs", GREET).statusCode()).isEqualTo(404);
			}
		}

		@Test
		void healthIsDownWhileTheDatabaseIsAwayAndRecovers() {
			try (OwnServer server = TestDatabase.ownServer();
					ConfigurableApplicationContext context = TestApplication.of(Greetings.class)
						.on(server.database())
						.property("management.endpoint.health.show-details", "always")
						.web()
						.run()) {
				assertThat(get(context, "/actuator/health").body()).contains("\"ojs\":{").contains("\"latency\"");
				server.stop();
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(() -> assertThat(ojsHealth(context)).isEqualTo(Status.DOWN));
				server.start();
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(() -> assertThat(ojsHealth(context)).isEqualTo(Status.UP));
				assertThat(greet(context, "World")).isEqualTo("Hello World");
			}
		}

		private Status ojsHealth(ApplicationContext context) {
			long start = System.nanoTime();
			Status status = context.getBean(OjsHealthIndicator.class).health().getStatus();
			assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
			return status;
		}

	}

	private long count(String table) {
		return this.jdbc.sql("SELECT count(*) FROM " + table).query(Long.class).single();
	}

	private static String greet(ApplicationContext context, String name) {
		OjsTemplate jobs = context.getBean(OjsTemplate.class);
		return jobs.await(jobs.enqueue("greet", name).id(), String.class, PATIENCE);
	}

	private static HttpResponse<String> post(ApplicationContext context, String path, String body) {
		return send(request(context, path).header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString(body)));
	}

	private static HttpResponse<String> get(ApplicationContext context, String path) {
		return send(request(context, path).GET());
	}

	private static HttpRequest.Builder request(ApplicationContext context, String path) {
		int port = ((WebServerApplicationContext) context).getWebServer().getPort();
		return HttpRequest.newBuilder(URI.create("http://localhost:" + port + path));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) {
		try {
			return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
		}
		catch (IOException | InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Greetings {

		final Queue<JobEvent> events = new ConcurrentLinkedQueue<>();

		final Queue<String> names = new ConcurrentLinkedQueue<>();

		@OjsHandler(type = "greet", queue = "hello")
		String greet(String name) {
			this.names.add(name);
			return "Hello " + name;
		}

		@EventListener
		void on(JobEvent event) {
			this.events.add(event);
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Slow {

		volatile boolean started;

		@OjsHandler("slow")
		void work() throws InterruptedException {
			this.started = true;
			Thread.sleep(1500);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Interceptors {

		final Queue<String> calls = new ConcurrentLinkedQueue<>();

		@Bean
		@Order(2)
		EnqueueInterceptor second() {
			return (request) -> {
				this.calls.add("second");
				return request;
			};
		}

		@Bean
		@Order(1)
		EnqueueInterceptor first() {
			return (request) -> {
				this.calls.add("first");
				return request;
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class HostMigrations {

		@Bean
		JavaMigration hostMigration() {
			return new V7__Host();
		}

	}

	static class V7__Host extends BaseJavaMigration {

		@Override
		public void migrate(Context context) throws Exception {
			context.getConnection().createStatement().execute("CREATE TABLE host_table (id int)");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class EnqueueingMigration {

		@Bean
		JavaMigration enqueueing(OjsTemplate jobs) {
			return new V1__Enqueue(jobs);
		}

	}

	static class V1__Enqueue extends BaseJavaMigration {

		private final OjsTemplate jobs;

		V1__Enqueue(OjsTemplate jobs) {
			this.jobs = jobs;
		}

		@Override
		public void migrate(Context context) {
			this.jobs.enqueue("greet", "Migration");
		}

	}

	@Table("widget")
	record Widget(@org.springframework.data.annotation.Id String id) {

	}

	interface Widgets extends CrudRepository<Widget, String> {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableJdbcRepositories(considerNestedRepositories = true)
	static class HostRepositories {

		@Bean
		JdbcCustomConversions hostConversions() {
			return new JdbcCustomConversions();
		}

	}

	@Entity(name = "note")
	static class Note {

		@Id
		private long id;

		Note() {
		}

		Note(long id) {
			this.id = id;
		}

	}

	@Configuration(proxyBeanMethods = false)
	@EntityScan(basePackageClasses = HostApplicationTests.class)
	static class HostEntities {

	}

	@Configuration(proxyBeanMethods = false)
	static class TwoDatabases {

		@Bean
		@Primary
		DataSource main() {
			return TestDatabase.fresh().dataSource();
		}

		@Bean
		@OjsDataSource
		DataSource jobs() {
			return TestDatabase.fresh().dataSource();
		}

	}

	@RestController
	static class Pages {

		@GetMapping("/page")
		Page page() {
			return new Page("Home");
		}

		record Page(String someTitle) {

		}

	}

	@RestController
	@RestControllerAdvice
	static class CatchAll {

		@GetMapping("/fails")
		String fails() {
			throw new IllegalStateException();
		}

		@ExceptionHandler(Exception.class)
		ResponseEntity<String> handle() {
			return ResponseEntity.internalServerError().body("caught by the host");
		}

	}

	@RestController
	static class OwnJobs {

		@PostMapping("/api/v1/jobs")
		String create() {
			return "the host's job";
		}

	}

}
