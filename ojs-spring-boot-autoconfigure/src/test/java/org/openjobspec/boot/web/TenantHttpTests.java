package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tenants over HTTP.
 */
class TenantHttpTests {

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply as(@Nullable String tenant, String method, String path, @Nullable String body) {
		byte[] bytes = (body != null) ? body.getBytes(StandardCharsets.UTF_8) : null;
		return (tenant != null) ? http.send(method, "/ojs/v1" + path, bytes, "X-OJS-Tenant", tenant)
				: http.send(method, "/ojs/v1" + path, bytes);
	}

	private static String enqueue(@Nullable String tenant) {
		Reply reply = as(tenant, "POST", "/jobs", "{\"type\":\"t.a\",\"args\":[]}");
		assertThat(reply.status()).as(reply.text()).isEqualTo(201);
		return reply.string("/id");
	}

	private static Reply fetch(@Nullable String tenant) {
		return as(tenant, "POST", "/workers/fetch", "{\"queues\":[\"default\"],\"count\":10,\"worker_id\":\"w1\"}");
	}

	@Test
	void theHeaderGoesIntoTheMetadataOfEveryKindOfJob() {
		String id = enqueue("acme");
		assertThat(as("acme", "GET", "/jobs/" + id, null).string("/meta/tenant_id")).isEqualTo("acme");
		Reply batch = as("acme", "POST", "/jobs/batch",
				"{\"jobs\":[{\"type\":\"t.a\",\"args\":[]},{\"type\":\"t.a\",\"args\":[],\"meta\":{\"k\":[1]}}]}");
		assertThat(batch.string("/jobs/0/meta/tenant_id")).isEqualTo("acme");
		assertThat(batch.at("/jobs/1/meta").toString()).isEqualTo("{\"k\":[1],\"tenant_id\":\"acme\"}");
		Reply workflow = as("acme", "POST", "/workflows",
				"{\"type\":\"chain\",\"steps\":[{\"type\":\"t.a\",\"args\":[]},{\"type\":\"t.b\",\"args\":[]}]}");
		assertThat(workflow.status()).as(workflow.text()).isEqualTo(201);
		Reply fetched = fetch("acme");
		assertThat(fetched.at("/jobs")).as(fetched.text()).hasSize(4);
		assertThat(fetched.json().findValuesAsString("tenant_id")).containsOnly("acme");
	}

	@Test
	void withoutTheHeaderNothingIsAddedAndNothingIsHidden() {
		String nobody = enqueue(null);
		String id = enqueue("acme");
		assertThat(as(null, "GET", "/jobs/" + nobody, null).at("/meta").path("tenant_id").isMissingNode()).isTrue();
		assertThat(as(null, "GET", "/jobs/" + id, null).status()).isEqualTo(200);
		assertThat(fetch(null).at("/jobs")).hasSize(2);
		assertThat(as(null, "POST", "/workers/ack", "{\"job_id\":\"%s\"}".formatted(id)).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"tenant_id\":\"other\"}", "{\"tenant_id\":null}", "{\"tenant_id\":1}" })
	void metadataThatSaysOtherwiseIsRefused(String meta) {
		String job = "{\"type\":\"t.a\",\"args\":[],\"meta\":%s}".formatted(meta);
		Reply single = as("acme", "POST", "/jobs", job);
		assertThat(single.status()).as(single.text()).isEqualTo(400);
		assertThat(single.string("/error/details/field")).isEqualTo("meta.tenant_id");
		assertThat(as("acme", "POST", "/jobs/batch", "{\"jobs\":[%s]}".formatted(job)).status()).isEqualTo(400);
		assertThat(as("acme", "POST", "/workflows", "{\"type\":\"chain\",\"steps\":[%s]}".formatted(job)).status())
			.isEqualTo(400);
		assertThat(fetch(null).at("/jobs")).isEmpty();
	}

	@Test
	void metadataThatSaysTheSameIsKeptAsItIs() {
		Reply reply = as("acme", "POST", "/jobs",
				"{\"type\":\"t.a\",\"args\":[],\"meta\":{\"tenant_id\":\"acme\",\"k\":1}}");
		assertThat(reply.at("/meta").toString()).isEqualTo("{\"tenant_id\":\"acme\",\"k\":1}");
	}

	@ParameterizedTest
	@ValueSource(strings = { "-a", "a/b", "a b", "ä", "a~b", "" })
	void aHeaderThatIsNoTenantsNameIsRefusedEverywhere(String tenant) {
		String id = enqueue("acme");
		for (Reply reply : new Reply[] { as(tenant, "POST", "/jobs", "{\"type\":\"t.a\",\"args\":[]}"), fetch(tenant),
				as(tenant, "GET", "/jobs/" + id, null) }) {
			assertThat(reply.status()).as(reply.text()).isEqualTo(400);
			assertThat(reply.string("/error/details/field")).isEqualTo("X-OJS-Tenant");
		}
		assertThat(as("a".repeat(256), "GET", "/jobs/" + id, null).status()).isEqualTo(400);
		assertThat(as("a".repeat(255), "GET", "/jobs/" + id, null).status()).isEqualTo(404);
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
			GET    | /jobs/%s
			DELETE | /jobs/%s
			POST   | /jobs/%s/cancel
			POST   | /jobs/%s/activate
			POST   | /jobs/%s/ack
			POST   | /jobs/%s/nack
			GET    | /jobs/%s/progress
			GET    | /jobs/%s/checkpoint
			POST   | /checkpoints/%s
			GET    | /checkpoints/%s
			GET    | /checkpoints/%s/resume
			DELETE | /ojs/v1/checkpoints/%s
			DELETE | /jobs/%s/checkpoint
			GET    | /dead-letter/%s
			POST   | /dead-letter/%s/retry
			DELETE | /dead-letter/%s
			GET    | /admin/jobs/%s
			POST   | /admin/jobs/%s/cancel
			POST   | /admin/jobs/%s/retry
			""")
	void whatIsAnothersDoesNotExist(String method, String path) {
		for (String owner : new @Nullable String[] { "acme", null }) {
			String id = enqueue(owner);
			Reply reply = as("other", method, path.formatted(id), method.equals("POST") ? "{}" : null);
			assertThat(reply.status()).as(reply.text()).isEqualTo(404);
			assertThat(reply.string("/error/code")).isEqualTo("not_found");
			assertThat(as(owner, "GET", "/jobs/" + id, null).string("/state")).isEqualTo("available");
		}
	}

	@Test
	void manyJobsAtOnceAreTheTenantsOwn() {
		Reply bulk = as("acme", "POST", "/jobs/bulk", "{\"jobs\":[{\"type\":\"t.a\",\"args\":[]}]}");
		assertThat(bulk.status()).as(bulk.text()).isEqualTo(201);
		String id = bulk.string("/items/0/job/id");
		assertThat(as("acme", "GET", "/jobs/" + id, null).string("/meta/tenant_id")).isEqualTo("acme");
		String nobodys = enqueue(null);
		Reply named = as("other", "POST", "/jobs/bulk/cancel", "{\"job_ids\":[\"%s\",\"%s\"]}".formatted(id, nobodys));
		assertThat(named.at("/cancelled").asInt()).as(named.text()).isZero();
		Reply own = as("acme", "POST", "/jobs/bulk/cancel", "{\"job_ids\":[\"%s\",\"%s\"]}".formatted(nobodys, id));
		assertThat(own.at("/cancelled").asInt()).as(own.text()).isEqualTo(1);
		assertThat(own.string("/items/1/status")).isEqualTo("cancelled");
		enqueue("acme");
		assertThat(as("other", "POST", "/jobs/bulk/cancel", "{\"filter\":{}}").at("/cancelled").asInt()).isZero();
		assertThat(as("acme", "POST", "/jobs/bulk/cancel", "{\"filter\":{}}").at("/cancelled").asInt()).isEqualTo(1);
		assertThat(as(null, "GET", "/jobs/" + nobodys, null).string("/state")).isEqualTo("available");
	}

	@Test
	void whatAnotherRunsIsNeitherAcknowledgedNorFailedNorKeptAlive() {
		String id = enqueue("acme");
		assertThat(fetch("other").at("/jobs")).isEmpty();
		assertThat(fetch("acme").at("/jobs")).hasSize(1);
		String body = "{\"job_id\":\"%s\",\"worker_id\":\"w1\"}".formatted(id);
		assertThat(as("other", "POST", "/workers/ack", body).status()).isEqualTo(404);
		assertThat(as("other", "POST", "/workers/nack", body).status()).isEqualTo(404);
		assertThat(as("other", "POST", "/workers/progress", body).status()).isEqualTo(404);
		assertThat(as("other", "PUT", "/jobs/" + id + "/progress", "{\"progress\":0.5}").status()).isEqualTo(404);
		assertThat(as("other", "PUT", "/jobs/" + id + "/checkpoint", "{\"state\":1}").status()).isEqualTo(404);
		String beat = "{\"worker_id\":\"w1\",\"active_jobs\":[\"%s\"]}".formatted(id);
		assertThat(as("other", "POST", "/workers/heartbeat", beat).string("/jobs_lost/0")).isEqualTo(id);
		assertThat(as("acme", "POST", "/workers/heartbeat", beat).string("/jobs_extended/0")).isEqualTo(id);
		assertThat(as("acme", "POST", "/workers/ack", body).status()).isEqualTo(200);
	}

	@Test
	void aWorkflowIsItsTenants() {
		Reply created = as("acme", "POST", "/workflows",
				"{\"type\":\"chain\",\"steps\":[{\"type\":\"t.a\",\"args\":[]},{\"type\":\"t.b\",\"args\":[]}]}");
		String path = "/workflows/" + created.string("/id");
		assertThat(as("other", "GET", path, null).status()).isEqualTo(404);
		assertThat(as("other", "DELETE", path, null).status()).isEqualTo(404);
		assertThat(as("acme", "GET", path, null).string("/state")).isEqualTo("running");
		assertThat(as("acme", "DELETE", path, null).string("/state")).isEqualTo("cancelled");
	}

	@Test
	void aWorkflowOfTwoTenantsIsRefusedAndSoIsOneOfWhichOnlySomeJobsNameOne() {
		String body = "{\"type\":\"chain\",\"steps\":[{\"type\":\"t.a\",\"args\":[],\"meta\":{\"tenant_id\":\"acme\"}},"
				+ "{\"type\":\"t.b\",\"args\":[],\"meta\":{%s}}]}";
		Reply refused = as(null, "POST", "/workflows", body.formatted("\"tenant_id\":\"other\""));
		assertThat(refused.status()).as(refused.text()).isEqualTo(400);
		assertThat(refused.string("/error/details/field")).isEqualTo("meta.tenant_id");
		assertThat(fetch(null).at("/jobs")).isEmpty();
		Reply mixed = as(null, "POST", "/workflows", body.formatted(""));
		assertThat(mixed.status()).as(mixed.text()).isEqualTo(400);
		assertThat(mixed.string("/error/details/field")).isEqualTo("meta.tenant_id");
		Reply whole = as(null, "POST", "/workflows", body.formatted("\"tenant_id\":\"acme\""));
		assertThat(as("acme", "GET", "/workflows/" + whole.string("/id"), null).status()).isEqualTo(200);
		Reply list = as("acme", "GET", "/workflows", null);
		assertThat(list.at("/workflows")).as(list.text()).hasSize(1);
		assertThat(list.string("/workflows/0/id")).isEqualTo(whole.string("/id"));
		assertThat(as("other", "GET", "/workflows", null).at("/workflows")).isEmpty();
		assertThat(as(null, "GET", "/workflows", null).at("/workflows")).hasSize(1);
	}

	private static void deadLetter(@Nullable String tenant) {
		as(tenant, "POST", "/jobs", "{\"type\":\"t.dead\",\"args\":[],\"queue\":\"dying\","
				+ "\"retry\":{\"max_attempts\":1,\"on_exhaustion\":\"dead_letter\"}}");
		String id = as(tenant, "POST", "/workers/fetch", "{\"queues\":[\"dying\"],\"worker_id\":\"w1\"}")
			.string("/jobs/0/id");
		Reply failed = as(tenant, "POST", "/workers/nack",
				"{\"job_id\":\"%s\",\"worker_id\":\"w1\",\"error\":{\"code\":\"boom\",\"message\":\"it failed\"}}"
					.formatted(id));
		assertThat(failed.string("/state")).as(failed.text()).isEqualTo("discarded");
	}

	@Test
	void listsShowATenantItsOwn() {
		deadLetter("acme");
		deadLetter("other");
		deadLetter(null);
		String id = enqueue("acme");
		enqueue("other");
		enqueue(null);
		assertOwn("/dead-letter", "/jobs", 1, 3);
		assertOwn("/admin/dead-letter", "/items", 1, 3);
		assertOwn("/admin/jobs", "/items", 2, 6);
		assertOwn("/admin/jobs?state=available", "/items", 1, 3);
		assertOwn("/events?types=job.enqueued", "/events", 2, 6);
		assertThat(as("acme", "GET", "/admin/jobs?state=available", null).string("/items/0/id")).isEqualTo(id);
		assertThat(as("acme", "GET", "/dead-letter", null).at("/pagination/total").intValue()).isEqualTo(1);
		assertThat(as("acme", "GET", "/dead-letter/stats", null).at("/total").intValue()).isEqualTo(1);
		assertThat(as(null, "GET", "/dead-letter/stats", null).at("/total").intValue()).isEqualTo(3);
		Reply ofOperator = as(null, "GET", "/admin/tenants/acme/jobs?state=discarded", null);
		assertThat(ofOperator.at("/items")).as(ofOperator.text()).hasSize(1);
	}

	private static void assertOwn(String path, String list, int own, int all) {
		Reply ofTenant = as("acme", "GET", path, null);
		assertThat(ofTenant.status()).as(ofTenant.text()).isEqualTo(200);
		assertThat(ofTenant.at(list)).as(ofTenant.text()).hasSize(own);
		assertThat(as("nobody", "GET", path, null).at(list)).isEmpty();
		assertThat(as(null, "GET", path, null).at(list)).hasSize(all);
	}

	@Test
	void aTenantIsToldOfQueuesWhatItHasInThem() {
		deadLetter("other");
		enqueue("acme");
		enqueue("acme");
		enqueue("other");
		as("other", "POST", "/jobs", "{\"type\":\"t.a\",\"args\":[],\"queue\":\"secret\"}");
		Reply queues = as("acme", "GET", "/queues", null);
		assertThat(queues.at("/queues")).as(queues.text()).hasSize(1);
		assertThat(queues.string("/queues/0/name")).isEqualTo("default");
		assertThat(as("acme", "GET", "/queues/default", null).at("/queue/available").intValue()).isEqualTo(2);
		assertThat(as("acme", "GET", "/queues/default/stats", null).at("/stats/available").intValue()).isEqualTo(2);
		assertThat(as("acme", "GET", "/queues/secret/stats", null).at("/stats/available").intValue()).isZero();
		Reply dying = as("other", "GET", "/queues/dying/stats", null);
		assertThat(dying.at("/stats/discarded").intValue()).as(dying.text()).isEqualTo(1);
		assertThat(dying.at("/stats/dead_letter").intValue()).isEqualTo(1);
		assertThat(as(null, "GET", "/queues/default/stats", null).at("/stats/available").intValue()).isEqualTo(3);
	}

	@Test
	void whatATenantDoesWithManyJobsItDoesWithItsOwn() {
		deadLetter("acme");
		deadLetter("other");
		enqueue("acme");
		String others = enqueue("other");
		Reply cancelled = as("acme", "POST", "/admin/jobs/bulk/cancel", "{\"filter\":{},\"confirm\":true}");
		assertThat(cancelled.at("/succeeded").intValue()).as(cancelled.text()).isEqualTo(1);
		assertThat(as("other", "GET", "/jobs/" + others, null).string("/state")).isEqualTo("available");
		Reply retried = as("acme", "POST", "/admin/dead-letter/retry", "{\"filter\":{},\"confirm\":true}");
		assertThat(retried.at("/succeeded").intValue()).as(retried.text()).isEqualTo(1);
		assertThat(as(null, "GET", "/dead-letter", null).at("/jobs")).hasSize(1);
		assertThat(as("acme", "POST", "/admin/jobs/bulk/retry", "{\"filter\":{},\"confirm\":true}").at("/matched")
			.intValue()).isZero();
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`', delimiter = '|', textBlock = """
			POST   | /queues/default/pause
			POST   | /admin/queues/default/pause
			GET    | /queues/default/config
			PUT    | /admin/queues/default/rate-limit
			GET    | /workers
			POST   | /workers/w1/quiet
			GET    | /rate-limits
			GET    | /rate-limits/api
			POST   | /schemas
			POST   | /cron
			GET    | /cron
			DELETE | /cron/nightly
			GET    | /admin/stats
			GET    | /admin/queues
			GET    | /admin/workers
			GET    | /admin/tenants
			GET    | /admin/tenants/other/stats
			GET    | /admin/tenants/acme/jobs
			GET    | /admin/pools
			PUT    | /admin/pools/main
			GET    | /admin/scheduling/stats
			""")
	void whatConcernsMoreThanOneTenantIsNotForTenants(String method, String path) {
		Reply reply = as("acme", method, path, (method.equals("GET") || method.equals("DELETE")) ? null : "{}");
		assertThat(reply.status()).as(reply.text()).isEqualTo(403);
		assertThat(reply.string("/error/code")).isEqualTo("permission_denied");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/health", "/manifest", "/schemas" })
	void whatHasNothingToDoWithJobsIsForAll(String path) {
		assertThat(as("acme", "GET", path, null).status()).isEqualTo(200);
	}

	@Test
	void uniqueJobsOfAnotherTenantAreNeitherMetNorNamed() {
		String unique = "{\"type\":\"t.a\",\"args\":[],\"unique\":{\"keys\":[\"type\"],\"on_conflict\":\"reject\"}}";
		assertThat(as("acme", "POST", "/jobs", unique).status()).isEqualTo(201);
		assertThat(as("other", "POST", "/jobs", unique).status()).isEqualTo(201);
		assertThat(as(null, "POST", "/jobs", unique).status()).isEqualTo(201);
		assertThat(as("acme", "POST", "/jobs", unique).status()).isEqualTo(409);
	}

	@Test
	void aJobOfAnotherTenantWithTheSameIdIsNotShown() {
		String id = enqueue("acme");
		Reply reply = as("other", "POST", "/jobs", "{\"id\":\"%s\",\"type\":\"t.a\",\"args\":[]}".formatted(id));
		assertThat(reply.status()).as(reply.text()).isEqualTo(409);
		assertThat(reply.text()).doesNotContain("acme");
	}

	@Test
	void aServerThatRequiresTheHeaderServesOperatorsAloneWithoutIt() {
		try (HttpFixture strict = new HttpFixture("", null, "test.tenant-required=true")) {
			byte[] job = "{\"type\":\"t.a\",\"args\":[]}".getBytes(StandardCharsets.UTF_8);
			Reply refused = strict.send("POST", "/ojs/v1/jobs", job);
			assertThat(refused.status()).as(refused.text()).isEqualTo(400);
			assertThat(refused.string("/error/details/field")).isEqualTo("X-OJS-Tenant");
			byte[] named = "{\"type\":\"t.a\",\"args\":[],\"meta\":{\"tenant_id\":\"acme\"}}"
				.getBytes(StandardCharsets.UTF_8);
			assertThat(strict.send("POST", "/ojs/v1/jobs", named).status()).isEqualTo(400);
			for (String path : new String[] { "/events", "/queues", "/dead-letter", "/workflows",
					"/jobs/01900000-0000-7000-8000-000000000000" }) {
				assertThat(strict.get("/ojs/v1" + path).status()).as(path).isEqualTo(400);
			}
			assertThat(strict.send("POST", "/ojs/v1/jobs", job, "X-OJS-Tenant", "acme").status()).isEqualTo(201);
			for (String path : new String[] { "/health", "/cron", "/admin/jobs", "/admin/tenants" }) {
				assertThat(strict.get("/ojs/v1" + path).status()).as(path).isEqualTo(200);
			}
		}
	}

	@Test
	void operatorsSeeWhoHasHowMuch() {
		enqueue("acme");
		enqueue("acme");
		enqueue("beta");
		enqueue(null);
		Reply stats = as(null, "GET", "/admin/tenants/acme/stats", null);
		assertThat(stats.status()).as(stats.text()).isEqualTo(200);
		assertThat(stats.string("/tenant_id")).isEqualTo("acme");
		assertThat(stats.at("/total_jobs").intValue()).isEqualTo(2);
		assertThat(stats.at("/jobs/available").intValue()).isEqualTo(2);
		Reply list = as(null, "GET", "/admin/tenants", null);
		assertThat(list.at("/items")).as(list.text()).hasSize(2);
		assertThat(list.string("/items/1/tenant_id")).isEqualTo("beta");
		assertThat(list.at("/pagination/total").intValue()).isEqualTo(2);
		assertThat(as(null, "GET", "/admin/tenants/nobody/stats", null).at("/total_jobs").intValue()).isZero();
		assertThat(as(null, "GET", "/admin/tenants/-/stats", null).status()).isEqualTo(400);
	}

}
