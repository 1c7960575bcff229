package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjobspec.boot.engine.FailureReport;
import org.openjobspec.boot.engine.FetchRequest;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.web.HttpFixture.Reply;
import tools.jackson.databind.JsonNode;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.openjobspec.boot.Sha256.hash;

/**
 * Keys: who is served, and what a key may name.
 */
class ApiKeyHttpTests {

	private static final String JSON = "application/json";

	/** May do everything. */
	private static final String ROOT = "ojs_root-0f1e2d3c4b5a69788796a5b4c3d2e1f0";

	/** May do everything with the queues that begin with {@code mail}. */
	private static final String MAIL = "ojs_mail-00112233445566778899aabbccddeeff";

	/** May do everything with jobs of one type. */
	private static final String WELCOME = "ojs_welcome-ffeeddccbbaa99887766554433221100";

	@RegisterExtension
	static final HttpFixture http = new HttpFixture("/api/v1", Keys.class);

	@Nested
	class WhoIsServed {

		@Test
		void withoutAKeyNobodyIsButForHealthAndManifest() {
			for (Route route : http.bean(OjsHttpApi.class).routes()) {
				Reply reply = raw(route.method(), route.example(), null);
				if (route.role() == null) {
					assertThat(reply.status()).as(route.toString()).isEqualTo(200);
				}
				else {
					assertThat(reply.status()).as(route.toString()).isEqualTo(401);
					assertThat(reply.header("WWW-Authenticate")).startsWith("Bearer");
					assertThat(reply.string("/error/message")).isEqualTo("The request has no API key");
					assertThat(reply.string("/error/code")).isEqualTo("unauthenticated");
				}
			}
		}

		@Test
		void noErrorTellsMoreThanThat() {
			assertThat(raw("GET", "/api/v1/nothing", null).status()).isEqualTo(401);
			assertThat(raw("DELETE", "/api/v1/jobs", null).status()).isEqualTo(401);
			assertThat(raw("OPTIONS", "/api/v1/jobs", null).status()).isEqualTo(401);
			assertThat(raw("POST", "/api/v1/jobs", null, "Content-Type", "multipart/form-data; boundary=x").status())
				.isEqualTo(401);
			assertThat(raw("GET", "/api/v1/nothing", ROOT).status()).isEqualTo(404);
			assertThat(raw("DELETE", "/api/v1/jobs", ROOT).status()).isEqualTo(405);
		}

		@Test
		void aKeyThatIsNotOneIsRefusedAndNotRepeated() {
			for (String key : List.of("nonsense", ROOT + "x", ROOT.substring(1), "", hash(ROOT))) {
				Reply reply = raw("GET", "/api/v1/queues", key);
				assertThat(reply.status()).as(key).isEqualTo(401);
				assertThat(key.isEmpty() || !reply.text().contains(key)).as(key).isTrue();
			}
		}

		@Test
		void aKeyIsSentInEitherHeader() {
			assertThat(raw("GET", "/api/v1/queues", null, "Authorization", "bearer " + ROOT).status()).isEqualTo(200);
			assertThat(raw("GET", "/api/v1/queues", null, "Authorization", "Bearer   " + ROOT).status()).isEqualTo(200);
			assertThat(raw("GET", "/api/v1/queues", null, "X-API-Key", ROOT).status()).isEqualTo(200);
			// Where somebody in front wants the other header for himself.
			assertThat(raw("GET", "/api/v1/queues", null, "X-API-Key", ROOT, "Authorization", "Basic dTpw").status())
				.isEqualTo(200);
			assertThat(raw("GET", "/api/v1/queues", null, "Authorization", "Basic dTpw").status()).isEqualTo(401);
		}

		@ParameterizedTest
		@EnumSource(ApiRole.class)
		void aKeyIsGoodForTheRoutesOfItsRoleAlone(ApiRole role) {
			for (Route route : http.bean(OjsHttpApi.class).routes()) {
				Reply reply = raw(route.method(), route.example(), key(role));
				if (route.role() == null || route.role() == role) {
					assertThat(reply.status()).as(route.toString()).isNotIn(401, 403);
				}
				else {
					assertThat(reply.status()).as(route.toString()).isEqualTo(403);
					assertThat(reply.string("/error/code")).isEqualTo("permission_denied");
					assertThat(reply.string("/error/message"))
						.contains("'" + route.role().name().toLowerCase(Locale.ROOT) + "'")
						.contains("'only-" + role.name().toLowerCase(Locale.ROOT) + "'");
				}
			}
		}

		@Test
		void aKeyThatIsNotLimitedIsServedEverywhere() {
			for (Route route : http.bean(OjsHttpApi.class).routes()) {
				assertThat(raw(route.method(), route.example(), ROOT).status()).as(route.toString())
					.isNotIn(401, 403, 500);
			}
		}

	}

	@Nested
	class WithAKeyForSomeQueues {

		@Test
		void jobsAreEnqueuedThereAlone() {
			assertThat(enqueue(MAIL, "email.send", "mail").status()).isEqualTo(201);
			assertThat(enqueue(MAIL, "email.send", "mail.bulk").status()).isEqualTo(201);
			assertRefused(enqueue(MAIL, "email.send", "billing"), "billing");
			assertRefused(post(MAIL, "/jobs", """
					{"type":"email.send","args":[]}"""), "default");
			assertRefused(post(MAIL, "/jobs/batch", """
					{"jobs":[{"type":"a","args":[],"queue":"mail"},{"type":"a","args":[],"queue":"billing"}]}"""),
					"billing");
			Reply bulk = post(MAIL, "/jobs/bulk", """
					{"jobs":[{"type":"a","args":[],"queue":"mail"},{"type":"a","args":[],"queue":"billing"}]}""");
			assertThat(bulk.status()).isEqualTo(207);
			assertThat(bulk.string("/items/0/status")).isEqualTo("created");
			assertThat(bulk.string("/items/1/error/code")).isEqualTo("permission_denied");
			assertThat(http.engine().queueStats("billing").available()).isZero();
		}

		@Test
		void aUniqueJobMustBeUniqueWithinItsQueue() {
			assertRefused(post(MAIL, "/jobs", """
					{"type":"a","args":[],"queue":"mail","unique":{"keys":["type","args"]}}"""), "unique");
			assertThat(post(MAIL, "/jobs", """
					{"type":"a","args":[],"queue":"mail","unique":{"keys":["type","queue","args"]}}""").status())
				.isEqualTo(201);
		}

		@Test
		void aLimitMayBeThatOfItsQueueAlone() {
			assertRefused(post(MAIL, "/jobs", """
					{"type":"a","args":[],"queue":"mail","rate_limit":{"key":"shared","concurrency":1}}"""), "shared");
			assertThat(post(MAIL, "/jobs", """
					{"type":"a","args":[],"queue":"mail","rate_limit":{"key":"queue:","concurrency":1}}""").status())
				.isEqualTo(201);
			assertRefused(post(WELCOME, "/jobs", """
					{"type":"email.welcome","args":[],"rate_limit":{"key":"queue:","concurrency":1}}"""), "queue:");
		}

		@Test
		void jobsOfOtherQueuesCannotBeTouched() {
			Job job = stored("email.send", "queues");
			for (String route : List.of("GET /jobs/%s", "DELETE /jobs/%s", "POST /jobs/%s/cancel",
					"POST /jobs/%s/activate", "GET /jobs/%s/progress", "PUT /jobs/%s/progress",
					"GET /jobs/%s/checkpoint", "PUT /jobs/%s/checkpoint", "GET /checkpoints/%s", "POST /jobs/%s/ack",
					"POST /jobs/%s/nack", "GET /admin/jobs/%s", "POST /admin/jobs/%s/cancel",
					"POST /admin/jobs/%s/retry", "GET /dead-letter/%s", "POST /dead-letter/%s/retry",
					"DELETE /admin/dead-letter/%s")) {
				String[] parts = route.formatted(job.id()).split(" ");
				assertHidden(raw(parts[0], "/api/v1" + parts[1], MAIL), "queues");
			}
			for (String path : List.of("/workers/ack", "/workers/nack", "/workers/progress")) {
				assertHidden(post(MAIL, path, "{\"job_id\":\"%s\"}".formatted(job.id())), "queues");
			}
			assertHidden(post(MAIL, "/workers/heartbeat", """
					{"worker_id":"w","active_jobs":["%s"]}""".formatted(job.id())), "queues");
			for (String path : List.of("/jobs/bulk/cancel", "/jobs/bulk/retry", "/jobs/bulk/delete")) {
				assertHidden(post(MAIL, path, "{\"job_ids\":[\"%s\"]}".formatted(job.id())), "queues");
			}
			assertThat(http.engine().find(job.id()).orElseThrow().state()).isEqualTo(JobState.AVAILABLE);
		}

		@Test
		void jobsOfItsOwnCan() {
			Job job = stored("email.send", "mail");
			assertThat(raw("GET", "/api/v1/jobs/" + job.id(), MAIL).status()).isEqualTo(200);
			Reply fetched = post(MAIL, "/workers/fetch", """
					{"queues":["mail"],"worker_id":"w"}""");
			assertThat(fetched.string("/jobs/0/id")).isEqualTo(job.id().toString());
			assertThat(post(MAIL, "/workers/heartbeat", """
					{"worker_id":"w","active_jobs":["%s"]}""".formatted(job.id())).status()).isEqualTo(200);
			assertThat(post(MAIL, "/workers/ack", """
					{"job_id":"%s","worker_id":"w"}""".formatted(job.id())).status()).isEqualTo(200);
			assertThat(raw("GET", "/api/v1/admin/jobs?queue=mail", MAIL).at("/items")).hasSize(1);
		}

		@Test
		void nothingIsFetchedFromOthers() {
			stored("email.send", "billing");
			assertRefused(post(MAIL, "/workers/fetch", """
					{"queues":["mail","billing"],"worker_id":"w"}"""), "billing");
			assertThat(raw("PUT", "/api/v1/admin/pools/both", ROOT, """
					{"queues":["mail","billing"]}""").status()).isEqualTo(201);
			assertRefused(post(MAIL, "/workers/fetch", """
					{"pool":"both","worker_id":"w"}"""), "billing");
			assertThat(http.engine().queueStats("billing").available()).isOne();
		}

		@Test
		void whatIsSearchedForMustNameAQueueOfItsOwn() {
			discarded("email.send", "billing");
			discarded("email.send", "mail");
			for (String path : List.of("/dead-letter", "/admin/jobs", "/admin/dead-letter", "/events")) {
				String name = path.equals("/events") ? "queues" : "queue";
				assertRefused(raw("GET", "/api/v1" + path, MAIL), "queues");
				assertRefused(raw("GET", "/api/v1%s?%s=billing".formatted(path, name), MAIL), "billing");
				assertThat(raw("GET", "/api/v1%s?%s=mail".formatted(path, name), MAIL).status()).as(path)
					.isEqualTo(200);
			}
			assertThat(raw("GET", "/api/v1/dead-letter?queue=mail", MAIL).at("/jobs")).hasSize(1);
			for (String path : List.of("/admin/jobs/bulk/cancel", "/admin/jobs/bulk/retry", "/admin/jobs/bulk/delete",
					"/admin/dead-letter/retry")) {
				assertRefused(post(MAIL, path, """
						{"filter":{"state":"discarded"},"confirm":true}"""), "queues");
				assertRefused(post(MAIL, path, """
						{"filter":{"queue":"billing"},"confirm":true}"""), "billing");
			}
			assertRefused(post(MAIL, "/jobs/bulk/retry", """
					{"filter":{"state":"discarded"}}"""), "queues");
			assertThat(http.engine().queueStats("billing").deadLetter()).isOne();
		}

		@Test
		void onlyItsQueuesAreShownAndPaused() {
			stored("email.send", "billing");
			stored("email.send", "mail");
			assertThat(each(raw("GET", "/api/v1/queues", MAIL).at("/queues"), "name")).containsExactly("mail");
			assertThat(raw("POST", "/api/v1/queues/mail/pause", MAIL).status()).isEqualTo(200);
			for (String route : List.of("GET /queues/billing", "GET /queues/billing/stats",
					"POST /queues/billing/pause", "GET /queues/billing/config", "PUT /queues/billing/config",
					"GET /admin/queues/billing", "PUT /admin/queues/billing/rate-limit",
					"DELETE /admin/queues/billing/jobs")) {
				String[] parts = route.split(" ");
				assertRefused(raw(parts[0], "/api/v1" + parts[1], MAIL), "billing");
			}
		}

		@Test
		void whatConcernsAllQueuesIsNotForIt() {
			for (String route : List.of("GET /admin/stats", "GET /admin/queues", "GET /workers", "GET /rate-limits",
					"GET /workflows", "GET /dead-letter/stats", "DELETE /admin/dead-letter", "GET /admin/tenants",
					"POST /webhooks/subscriptions", "PUT /admin/pools/all", "POST /workers/w/terminate")) {
				String[] parts = route.split(" ");
				assertRefused(raw(parts[0], "/api/v1" + parts[1], MAIL), "limited");
			}
		}

		@Test
		void workflowsStayWithinItsQueues() {
			assertRefused(post(MAIL, "/workflows", """
					{"type":"chain","steps":[{"type":"a","queue":"mail"},{"type":"b","queue":"billing"}]}"""),
					"billing");
			Reply own = post(MAIL, "/workflows", """
					{"type":"chain","steps":[{"type":"a","queue":"mail"},{"type":"b","queue":"mail"}]}""");
			assertThat(own.status()).isEqualTo(201);
			// Its second step is not enqueued yet.
			Reply other = post(ROOT, "/workflows", """
					{"type":"chain","steps":[{"type":"a","queue":"mail"},{"type":"b","queue":"billing"}]}""");
			for (String method : List.of("GET", "DELETE")) {
				assertHidden(raw(method, "/api/v1/workflows/" + other.string("/id"), MAIL), "queues");
				assertThat(raw(method, "/api/v1/workflows/" + own.string("/id"), MAIL).status()).isEqualTo(200);
			}
		}

		@Test
		void periodicJobsStayWithinItsQueues() {
			String cron = """
					{"name":"%s","cron":"0 0 1 1 *","type":"a","args":[],"options":{"queue":"%s"}}""";
			assertThat(post(MAIL, "/cron", cron.formatted("letters", "mail")).status()).isEqualTo(201);
			assertRefused(post(MAIL, "/cron", cron.formatted("invoices", "billing")), "billing");
			assertThat(post(ROOT, "/cron", cron.formatted("invoices", "billing")).status()).isEqualTo(201);
			assertHidden(post(MAIL, "/cron", cron.formatted("invoices", "mail")), "queues");
			for (String route : List.of("GET /cron/invoices", "DELETE /cron/invoices", "POST /cron/invoices/trigger",
					"POST /cron/invoices/disable")) {
				String[] parts = route.split(" ");
				assertHidden(raw(parts[0], "/api/v1" + parts[1], MAIL), "queues");
			}
			assertThat(each(raw("GET", "/api/v1/cron", MAIL).at("/cron_jobs"), "name")).containsExactly("letters");
		}

	}

	@Nested
	class WithAKeyForSomeTypes {

		@Test
		void jobsOfThoseTypesAreEnqueuedAndFetchedAlone() {
			assertThat(enqueue(WELCOME, "email.welcome", "mail").status()).isEqualTo(201);
			assertRefused(enqueue(WELCOME, "email.invoice", "mail"), "email.invoice");
			stored("email.invoice", "mail");
			Reply fetched = post(WELCOME, "/workers/fetch", """
					{"queues":["mail"],"worker_id":"w","count":10}""");
			assertThat(each(fetched.at("/jobs"), "type")).containsOnly("email.welcome");
			assertThat(http.engine().queueStats("mail").available()).isOne();
		}

		@Test
		void onlyPeriodicJobsOfThoseTypesAreShown() {
			String cron = """
					{"name":"%s","cron":"0 0 1 1 *","type":"%s","args":[]}""";
			assertThat(post(WELCOME, "/cron", cron.formatted("greetings", "email.welcome")).status()).isEqualTo(201);
			assertThat(post(ROOT, "/cron", cron.formatted("reminders", "email.invoice")).status()).isEqualTo(201);
			assertThat(each(raw("GET", "/api/v1/cron", WELCOME).at("/cron_jobs"), "name")).containsExactly("greetings");
		}

		@Test
		void jobsOfOtherTypesCannotBeTouched() {
			Job job = stored("email.invoice", "mail");
			assertHidden(raw("GET", "/api/v1/jobs/" + job.id(), WELCOME), "job types");
			assertHidden(raw("DELETE", "/api/v1/jobs/" + job.id(), WELCOME), "job types");
			assertRefused(raw("GET", "/api/v1/admin/jobs?queue=mail", WELCOME), "job types");
			assertRefused(raw("GET", "/api/v1/admin/jobs?type=email.*", WELCOME), "email.*");
			assertThat(raw("GET", "/api/v1/admin/jobs?type=email.welcome", WELCOME).status()).isEqualTo(200);
			assertRefused(raw("POST", "/api/v1/queues/mail/pause", WELCOME), "job types");
			assertRefused(raw("GET", "/api/v1/schemas/email.invoice/versions", WELCOME), "email.invoice");
		}

	}

	@Nested
	class WhatIsAKey {

		@Test
		void aPartThatCannotBeUsedIsNamed() {
			Set<ApiRole> producer = EnumSet.of(ApiRole.PRODUCER);
			assertInvalid("hash", ROOT, producer, List.of(), List.of());
			assertInvalid("roles", hash(ROOT), Set.of(), List.of(), List.of());
			assertInvalid("queues", hash(ROOT), producer, List.of("Mail"), List.of());
			assertInvalid("queues", hash(ROOT), producer, List.of("*mail"), List.of());
			assertInvalid("types", hash(ROOT), producer, List.of(), List.of("email send"));
			assertInvalid("types", hash(ROOT), EnumSet.of(ApiRole.WORKER), List.of(), List.of("email.*"));
			assertThat(new ApiKey("k", hash(ROOT), producer, List.of("*"), List.of("email.*")).queues()).isEmpty();
		}

		private void assertInvalid(String part, String hash, Set<ApiRole> roles, List<String> queues,
				List<String> types) {
			assertThatExceptionOfType(ApiKey.Invalid.class)
				.isThrownBy(() -> new ApiKey("k", hash, roles, queues, types))
				.satisfies((ex) -> {
					assertThat(ex.part()).isEqualTo(part);
					assertThat(ex).hasMessageNotContaining(ROOT);
				});
		}

	}

	private static void assertRefused(Reply reply, String because) {
		assertThat(reply.status()).as(reply.text()).isEqualTo(403);
		assertThat(reply.string("/error/code")).isEqualTo("permission_denied");
		assertThat(reply.string("/error/message")).contains(because);
	}

	// Who names a job of others learns nothing of it.
	private static void assertHidden(Reply reply, String limited) {
		assertRefused(reply, "is limited to some %s,".formatted(limited));
		assertThat(reply.text()).doesNotContain("billing", "email.invoice");
	}

	private static List<String> each(JsonNode array, String member) {
		return array.valueStream().map((element) -> element.get(member).asString()).toList();
	}

	private static Job stored(String type, String queue) {
		return http.engine().enqueue(List.of(JobRequest.of(type).queue(queue).build())).get(0).job();
	}

	private static void discarded(String type, String queue) {
		http.engine()
			.enqueue(List.of(JobRequest.of(type)
				.queue(queue)
				.retry((policy) -> policy.withMaxAttempts(1).withOnExhaustion(OnExhaustion.DEAD_LETTER))
				.build()));
		Job job = http.engine().fetch(new FetchRequest(List.of(queue), null, 1, "w", null, false)).get(0);
		http.engine().fail(job, FailureReport.of(JobError.of("handler_error", "no", null)));
	}

	private static Reply enqueue(String key, String type, String queue) {
		return post(key, "/jobs", """
				{"type":"%s","args":[],"queue":"%s"}""".formatted(type, queue));
	}

	private static Reply post(String key, String path, String json) {
		return raw("POST", "/api/v1" + path, key, json);
	}

	private static Reply raw(String method, String path, @Nullable String key, String... bodyOrHeaders) {
		String body = (bodyOrHeaders.length == 1) ? bodyOrHeaders[0] : null;
		List<String> headers = new ArrayList<>((bodyOrHeaders.length == 1) ? List.of() : Arrays.asList(bodyOrHeaders));
		if (!headers.contains("Content-Type")) {
			headers.addAll(List.of("Content-Type", JSON));
		}
		if (key != null) {
			headers.addAll(List.of("Authorization", "Bearer " + key));
		}
		return http.request(method, path, (body != null) ? body.getBytes(StandardCharsets.UTF_8) : null,
				headers.toArray(String[]::new));
	}

	private static String key(ApiRole role) {
		return "ojs_only-" + role.name().toLowerCase(Locale.ROOT) + "-5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";
	}

	@Configuration(proxyBeanMethods = false)
	static class Keys {

		@Bean
		WebGuard guard() {
			Set<ApiRole> all = EnumSet.allOf(ApiRole.class);
			List<ApiKey> keys = new ArrayList<>(
					List.of(new ApiKey("root", hash(ROOT).toUpperCase(Locale.ROOT), all, List.of(), List.of()),
							new ApiKey("mail", hash(MAIL), all, List.of("mail*"), List.of()),
							new ApiKey("welcome", hash(WELCOME), all, List.of(), List.of("email.welcome"))));
			for (ApiRole role : ApiRole.values()) {
				keys.add(new ApiKey("only-" + role.name().toLowerCase(Locale.ROOT), hash(key(role)), EnumSet.of(role),
						List.of(), List.of()));
			}
			return new WebGuard(keys, null);
		}

	}

}
