package org.openjobspec.sample;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

import com.sun.net.httpserver.HttpServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.JobFailedException;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.UniquePolicy;
import org.openjobspec.sample.mail.EmailHandler;
import org.openjobspec.sample.signup.SignupService;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.MediaType;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests for {@link SampleApplication}, on a real database and over HTTP as its users see
 * it.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
class SampleApplicationTests {

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private static final Crm CRM = new Crm();

	@LocalServerPort
	private int port;

	@Autowired
	private SignupService signups;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private JdbcClient jdbc;

	@Autowired
	private PlatformTransactionManager transactions;

	@DynamicPropertySource
	static void surroundings(DynamicPropertyRegistry registry) {
		TestDatabase.fresh().springProperties().forEach((name, value) -> registry.add(name, () -> value));
		registry.add("sample.crm.url", CRM::url);
	}

	@AfterAll
	static void stopCrm() {
		CRM.server.stop(0);
	}

	@Test
	void aJobEnqueuedInATransactionRunsAfterItsCommitAndNotBefore() {
		Job welcome = new TransactionTemplate(this.transactions).execute((status) -> {
			Job job = this.signups.signUp("commit@example.com");
			CompletableFuture<Boolean> seen = CompletableFuture.supplyAsync(() -> this.jobs.get(job.id()).isPresent());
			assertThat(seen.join()).isFalse();
			return job;
		});
		assertThat(this.jobs.await(welcome.id(), EmailHandler.Sent.class, PATIENCE))
			.isEqualTo(new EmailHandler.Sent("commit@example.com", "welcome"));
	}

	@Test
	void aJobEnqueuedInATransactionIsGoneAfterItsRollback() {
		this.signups.signUp("twice@example.com");
		assertThatExceptionOfType(DuplicateKeyException.class)
			.isThrownBy(() -> this.signups.signUp("twice@example.com"));
		assertThat(this.jdbc.sql("SELECT count(*) FROM ojs.job WHERE args LIKE '%twice@example.com%'")
			.query(Long.class)
			.single()).isOne();
	}

	@Test
	void aJobEnqueuedOverHttpIsCompletedByItsHandler() {
		UUID id = UUID.fromString("0197d2a0-0000-7000-8000-00000000000a");
		client().post()
			.uri("/api/v1/jobs")
			.contentType(MediaType.APPLICATION_JSON)
			.body("""
					{"id":"%s","type":"email.send","args":["user@example.com","welcome"],"queue":"default"}"""
				.formatted(id))
			.exchange()
			.expectStatus()
			.isCreated();
		await().atMost(PATIENCE)
			.untilAsserted(() -> client().get()
				.uri("/api/v1/jobs/{id}", id)
				.exchange()
				.expectBody()
				.jsonPath("$.state")
				.isEqualTo("completed")
				.jsonPath("$.result.to")
				.isEqualTo("user@example.com"));
	}

	@Test
	void aHandlerThatFailsIsTriedAgain() {
		CRM.unavailableFor(1);
		Job job = this.jobs.enqueue("crm.register", Map.of("email", "ada@example.com", "name", "Ada"));
		this.jobs.await(job.id(), Void.class, PATIENCE);
		Job ended = this.jobs.get(job.id()).orElseThrow();
		assertThat(ended.attempt()).isEqualTo(2);
		assertThat(ended.failures()).hasSize(1);
		assertThat(CRM.contacts).containsExactly("""
				{"email":"ada@example.com","name":"Ada"}""");
	}

	@Test
	void aTransactionalHandlerWritesItsRowOnce() {
		this.signups.signUp("reader@example.com");
		Job job = this.jobs.enqueue("newsletter.subscribe", "reader@example.com", "releases");
		this.jobs.await(job.id(), Void.class, PATIENCE);
		assertThat(this.jdbc.sql("SELECT topic FROM subscription WHERE email = 'reader@example.com'")
			.query(String.class)
			.list()).containsExactly("releases");
	}

	@Test
	void aTransactionalHandlerThatCannotSucceedIsNotTriedAgain() {
		Job job = this.jobs.enqueue("newsletter.subscribe", "stranger@example.com", "releases");
		assertThatExceptionOfType(JobFailedException.class)
			.isThrownBy(() -> this.jobs.await(job.id(), Void.class, PATIENCE));
		Job ended = this.jobs.get(job.id()).orElseThrow();
		assertThat(ended.state()).isEqualTo(JobState.DISCARDED);
		assertThat(ended.attempt()).isOne();
	}

	@Test
	void aRequestMayHaveWishesOfItsOwn() {
		Job reminder = this.jobs.request("email.send")
			.args("ada@example.com", "reminder")
			.queue("mail")
			.priority(10)
			.delay(Duration.ofDays(1))
			.retry((policy) -> policy.withMaxAttempts(5))
			.unique(UniquePolicy.by(UniquePolicy.Dimension.ARGS).withOnConflict(OnConflict.IGNORE))
			.meta("campaign", "autumn")
			.enqueue();
		assertThat(reminder.state()).isEqualTo(JobState.SCHEDULED);
		assertThat(reminder.maxAttempts()).isEqualTo(5);
		assertThat(this.jobs.cancel(reminder.id()).state()).isEqualTo(JobState.CANCELLED);
	}

	@Test
	void theApplicationsOwnMigrationsAndTheStartersAreApart() {
		assertThat(history("public")).contains("signups");
		assertThat(history("ojs")).contains("jobs");
		assertThat(
				this.jdbc.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").query(String.class).list())
			.contains("flyway_schema_history", "signup", "subscription", "customer_order")
			.doesNotContain("job", "ready", "outcome");
	}

	@Test
	void theSecondSignupWithOneAddressIsAConflict() {
		for (int status : new int[] { 201, 409 }) {
			client().post().uri("/signups").contentType(MediaType.APPLICATION_JSON).body("""
					{"email":"grace@example.com"}""").exchange().expectStatus().isEqualTo(status);
		}
	}

	@Test
	void itReportsThatItIsWell() {
		client().get()
			.uri("/actuator/health")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo("UP");
	}

	@Test
	void anOrderIsShippedByItself() {
		String number = String.valueOf(client().post()
			.uri("/orders")
			.contentType(MediaType.APPLICATION_JSON)
			.body("""
					{"article":"mug","email":"ada@example.com"}""")
			.exchange()
			.expectStatus()
			.isCreated()
			.expectBody(Map.class)
			.returnResult()
			.getResponseBody()
			.get("number"));
		await().atMost(PATIENCE)
			.untilAsserted(() -> client().get()
				.uri("/orders/{number}", number)
				.exchange()
				.expectBody()
				.jsonPath("$.status")
				.isEqualTo("shipped")
				.jsonPath("$.jobs[4].state")
				.isEqualTo("completed"));
	}

	@Test
	void theNightlyReportIsWrittenNow() {
		client().post()
			.uri("/api/v1/cron/report.nightly/trigger")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.type")
			.isEqualTo("report.nightly");
		await().atMost(PATIENCE)
			.untilAsserted(
					() -> assertThat(this.jdbc.sql("SELECT count(*) FROM sales_report").query(Long.class).single())
						.isPositive());
	}

	private List<String> history(String schema) {
		return this.jdbc.sql("SELECT description FROM " + schema + ".flyway_schema_history").query(String.class).list();
	}

	private RestTestClient client() {
		return RestTestClient.bindToServer().baseUrl("http://localhost:" + this.port).build();
	}

	/** The system that the sample talks to, which may be away for a while. */
	private static final class Crm {

		private final HttpServer server;

		private final List<String> contacts = new CopyOnWriteArrayList<>();

		private volatile int refusals;

		Crm() {
			try {
				this.server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
			}
			catch (IOException ex) {
				throw new IllegalStateException(ex);
			}
			// One thread serves all requests, so counting needs no lock.
			this.server.createContext("/contacts", (exchange) -> {
				String contact = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
				boolean refused = this.refusals > 0;
				if (refused) {
					this.refusals = this.refusals - 1;
				}
				else {
					this.contacts.add(contact);
				}
				exchange.sendResponseHeaders(refused ? 503 : 204, -1);
				exchange.close();
			});
			this.server.start();
		}

		void unavailableFor(int requests) {
			this.refusals = requests;
		}

		String url() {
			return "http://localhost:%d/contacts".formatted(this.server.getAddress().getPort());
		}

	}

}
