package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.web.HttpFixture.Reply;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Periodic jobs over HTTP, as the specification, the SDKs and the suites have them.
 */
class CronHttpTests {

	private static final String[] JSON = { "Content-Type", "application/json" };

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply register(String body) {
		Reply reply = http.post("/ojs/v1/cron", body, JSON);
		assertThat(reply.status()).as(reply.text()).isEqualTo(201);
		return reply;
	}

	private static Reply patch(String name, String method, String body) {
		return http.send(method, "/ojs/v1/cron/" + name, body.getBytes(StandardCharsets.UTF_8), JSON);
	}

	private static Reply delete(String name) {
		return http.send("DELETE", "/ojs/v1/cron/" + name, null);
	}

	private static void check(JsonNode cron) {
		assertThat(cron.at("/name").stringValue()).isEqualTo("daily-report");
		assertThat(cron.at("/expression").stringValue()).isEqualTo("0 9 * * *");
		assertThat(cron.at("/timezone").stringValue()).isEqualTo("America/New_York");
		assertThat(cron.at("/type").stringValue()).isEqualTo("report.generate");
		assertThat(cron.at("/args").toString()).isEqualTo("[{\"report\":\"daily\"}]");
		assertThat(cron.at("/overlap_policy").stringValue()).isEqualTo("allow");
		assertThat(cron.at("/enabled").booleanValue()).isTrue();
		assertThat(cron.at("/status").stringValue()).isEqualTo("active");
		assertThat(cron.at("/description").stringValue()).isEqualTo("Every morning");
		assertThat(cron.at("/run_count").intValue()).isZero();
		assertThat(cron.at("/options/queue").stringValue()).isEqualTo("reports");
		assertThat(cron.at("/options/timeout_ms").intValue()).isEqualTo(300_000);
		assertThat(cron.at("/options/retry/max_attempts").intValue()).isEqualTo(5);
		assertThat(cron.at("/options/tags/0").stringValue()).isEqualTo("morning");
		assertThat(cron.at("/meta/owner").stringValue()).isEqualTo("sales");
		assertThat(cron.at("/job_template/type").stringValue()).isEqualTo("report.generate");
		assertThat(Instant.parse(cron.at("/next_run_at").stringValue())).isAfter(Instant.now());
		assertThat(Instant.parse(cron.at("/created_at").stringValue())).isBefore(Instant.now().plusSeconds(60));
		assertThat(cron.has("last_run_at")).as("nulls are left out").isFalse();
	}

	@Nested
	class TheSpecification {

		private static final String BODY = """
				{"name":"daily-report","cron":"0 9 * * *","timezone":"America/New_York","type":"report.generate",
				 "args":[{"report":"daily"}],"meta":{"owner":"sales"},"overlap_policy":"allow","enabled":true,
				 "description":"Every morning","next_run_at":"2000-01-01T00:00:00Z","run_count":17,
				 "options":{"queue":"reports","timeout":300,"retry":{"max_attempts":5},"tags":["morning"]}}""";

		@Test
		void isAnsweredBareAndNested() {
			Reply reply = register(BODY);
			assertThat(reply.header("Location")).isEqualTo("/ojs/v1/cron/daily-report");
			check(reply.json());
			assertThat(reply.string("/cron")).as("Rust and Go read the expression").isEqualTo("0 9 * * *");
			check(reply.at("/cron_job"));
			assertThat(reply.string("/cron_job/cron")).isEqualTo("0 9 * * *");
			Reply read = http.get(reply.header("Location"));
			check(read.json());
			check(read.at("/cron_job"));
			assertThat(read.string("/cron")).isEqualTo("0 9 * * *");
		}

		@Test
		void aKnownNameIsChanged() {
			String created = register(BODY).string("/created_at");
			Reply again = http.post("/ojs/v1/cron", BODY.replace("0 9 * * *", "0 10 * * *"), JSON);
			assertThat(again.status()).isEqualTo(200);
			assertThat(again.string("/cron")).isEqualTo("0 10 * * *");
			assertThat(again.string("/created_at")).isEqualTo(created);
		}

		@Test
		void membersOfTheJobMayStandBesideIt() {
			Reply reply = register("""
					{"name":"ruby","cron":"@daily","type":"a","args":[1],"queue":"low","meta":{"k":1}}""");
			assertThat(reply.string("/options/queue")).isEqualTo("low");
			assertThat(reply.string("/timezone")).isEqualTo("UTC");
			assertThat(reply.string("/overlap_policy")).isEqualTo("skip");
			assertThat(reply.at("/meta").toString()).isEqualTo("{\"k\":1}");
		}

		@Test
		void argumentsMayBeOneObjectOrMissing() {
			assertThat(register("{\"name\":\"java\",\"cron\":\"@daily\",\"type\":\"a\",\"args\":{\"b\":1}}").at("/args")
				.toString()).isEqualTo("[{\"b\":1}]");
			assertThat(register("{\"name\":\"cli\",\"cron\":\"@daily\",\"type\":\"a\"}").at("/args").toString())
				.isEqualTo("[]");
		}

	}

	@Nested
	class TheSuites {

		private static final String BODY = """
				{"name":"daily-report","expression":"0 9 * * *","timezone":"America/New_York","overlap_policy":"allow",
				 "description":"Every morning",
				 "job_template":{"type":"report.generate","args":[{"report":"daily"}],"meta":{"owner":"sales"},
				  "options":{"queue":"reports","timeout_ms":300000,"retry":{"max_attempts":5},"tags":["morning"]}}}""";

		@Test
		void readItAtCron() {
			Reply reply = register(BODY);
			check(reply.at("/cron"));
			check(reply.at("/cron_job"));
			check(reply.json());
			Reply deleted = delete("daily-report");
			assertThat(deleted.status()).isEqualTo(200);
			assertThat(deleted.at("/deleted").booleanValue()).isTrue();
			assertThat(deleted.string("/name")).isEqualTo("daily-report");
			check(deleted.at("/cron"));
			assertThat(http.get("/ojs/v1/cron").at("/crons")).isEmpty();
		}

		@Test
		void itFires() {
			register("""
					{"name":"tick","expression":"* * * * * *",
					 "job_template":{"type":"tick","args":[{"a":1}],"options":{"queue":"ticks"}}}""");
			JsonNode job = await().atMost(Duration.ofSeconds(20))
				.until(() -> http.post("/ojs/v1/workers/fetch", "{\"queues\":[\"ticks\"]}", JSON).at("/jobs/0"),
						JsonNode::isObject);
			assertThat(job.at("/type").stringValue()).isEqualTo("tick");
			assertThat(job.at("/args/0/a").intValue()).isEqualTo(1);
			assertThat(job.at("/meta/cron_name").stringValue()).isEqualTo("tick");
			assertThat(Instant.parse(job.at("/meta/cron_triggered_at").stringValue()).getNano()).isZero();
			Reply events = await().atMost(Duration.ofSeconds(20))
				.until(() -> http.get("/ojs/v1/events?types=cron.*"), (reply) -> !reply.at("/events").isEmpty());
			assertThat(events.string("/events/0/type")).isEqualTo("cron.triggered");
			assertThat(events.string("/events/0/subject")).isEqualTo("tick");
			assertThat(events.string("/events/0/data/job_id")).isEqualTo(job.at("/id").stringValue());
			assertThat(events.string("/events/0/data/cron_expr")).isEqualTo("* * * * * *");
		}

	}

	@Nested
	class Listing {

		@Test
		void underAllNamesAndInPages() {
			for (String name : List.of("c", "a", "b")) {
				register("{\"name\":\"%s\",\"cron\":\"@daily\",\"type\":\"t\"}".formatted(name));
			}
			patch("b", "PATCH", "{\"enabled\":false}");
			Reply all = http.get("/ojs/v1/cron");
			for (String list : List.of("cron_jobs", "entries", "crons")) {
				assertThat(all.at("/" + list).valueStream().map((cron) -> cron.at("/name").stringValue()))
					.containsExactly("a", "b", "c");
				assertThat(all.string("/" + list + "/0/cron")).isEqualTo("@daily");
				assertThat(all.string("/" + list + "/0/expression")).isEqualTo("@daily");
			}
			assertThat(all.at("/count").intValue()).isEqualTo(3);
			assertThat(all.at("/pagination/total").intValue()).isEqualTo(3);
			assertThat(http.get("/ojs/v1/cron?enabled=true").at("/cron_jobs")).hasSize(2);
			assertThat(http.get("/ojs/v1/cron?enabled=false").string("/cron_jobs/0/name")).isEqualTo("b");
			Reply page = http.get("/ojs/v1/cron?limit=1&offset=1");
			assertThat(page.string("/cron_jobs/0/name")).isEqualTo("b");
			assertThat(page.at("/pagination/has_more").booleanValue()).isTrue();
			assertThat(http.get("/ojs/v1/cron?enabled=perhaps").status()).isEqualTo(400);
		}

	}

	@Nested
	class Operating {

		@Test
		void disableAndEnable() {
			register("{\"name\":\"a\",\"cron\":\"@daily\",\"type\":\"t\"}");
			Reply off = patch("a", "PATCH", "{\"enabled\":false}");
			assertThat(off.status()).isEqualTo(200);
			assertThat(off.at("/enabled").booleanValue()).isFalse();
			assertThat(off.at("/cron_job/enabled").booleanValue()).isFalse();
			assertThat(off.at("/cron_job").has("next_run_at")).isFalse();
			assertThat(off.string("/status")).isEqualTo("paused");
			assertThat(patch("a", "PUT", "{\"enabled\":true}").string("/cron_job/next_run_at")).isNotEmpty();
			assertThat(http.post("/ojs/v1/cron/a/disable", null).at("/enabled").booleanValue()).isFalse();
			assertThat(http.post("/ojs/v1/cron/a/enable", "{}", JSON).at("/enabled").booleanValue()).isTrue();
			assertThat(patch("a", "PATCH", "{}").string("/error/details/field")).isEqualTo("enabled");
		}

		@Test
		void trigger() {
			register("{\"name\":\"a\",\"cron\":\"@yearly\",\"type\":\"t\",\"args\":[1]}");
			Reply run = http.post("/ojs/v1/cron/a/trigger", null);
			assertThat(run.status()).isEqualTo(200);
			assertThat(run.string("/job/state")).isEqualTo("available");
			assertThat(run.string("/job_id")).isEqualTo(run.string("/id"));
			assertThat(run.string("/meta/cron_name")).isEqualTo("a");
			Reply again = http.post("/ojs/v1/cron/a/trigger", null);
			assertThat(again.status()).isEqualTo(409);
			assertThat(again.string("/error/code")).isEqualTo("conflict");
			assertThat(http.get("/ojs/v1/cron/a").at("/run_count").intValue()).isEqualTo(1);
		}

		@Test
		void anUnknownNameIs404Everywhere() {
			for (String name : List.of("unknown", "No%20name", "%C3%A4", "x".repeat(300))) {
				for (Reply reply : List.of(http.get("/ojs/v1/cron/" + name), delete(name),
						patch(name, "PATCH", "{\"enabled\":true}"), http.post("/ojs/v1/cron/" + name + "/enable", null),
						http.post("/ojs/v1/cron/" + name + "/trigger", null))) {
					assertThat(reply.status()).as("%s: %s", name, reply.text()).isEqualTo(404);
				}
			}
			assertThat(http.get("/ojs/v1/cron/unknown").string("/error/code")).isEqualTo("not_found");
		}

		@Test
		void theManifestTellsOfIt() {
			Reply manifest = http.get("/ojs/manifest");
			assertThat(manifest.at("/capabilities/cron_jobs").booleanValue()).isTrue();
			assertThat(manifest.string("/endpoints/cron")).isEqualTo("/ojs/v1/cron");
		}

	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
			name           | {"cron":"@daily","type":"t"}
			name           | {"name":"Daily","cron":"@daily","type":"t"}
			cron           | {"name":"a","type":"t"}
			cron           | {"name":"a","cron":"not a valid cron","type":"t"}
			cron           | {"name":"a","cron":"99 25 32 13 8","type":"t"}
			cron           | {"name":"a","expression":"0 0 0 0 0 0 0","job_template":{"type":"t"}}
			type           | {"name":"a","cron":"@daily"}
			type           | {"name":"a","cron":"@daily","type":"No Type"}
			args           | {"name":"a","cron":"@daily","type":"t","args":"text"}
			timezone       | {"name":"a","cron":"@daily","type":"t","timezone":"EST"}
			timezone       | {"name":"a","cron":"@daily","type":"t","timezone":"+05:00"}
			overlap_policy | {"name":"a","cron":"@daily","type":"t","overlap_policy":"buffer_one"}
			enabled        | {"name":"a","cron":"@daily","type":"t","enabled":"yes"}
			queue          | {"name":"a","cron":"@daily","type":"t","options":{"queue":"No Queue"}}
			scheduled_at   | {"name":"a","cron":"@daily","type":"t","scheduled_at":"2030-01-01T00:00:00Z"}
			meta.cron_name | {"name":"a","cron":"@daily","type":"t","meta":{"cron_name":"b"}}
			""")
	void whatIsWrongIsRefusedWithItsField(String field, String body) {
		Reply reply = http.post("/ojs/v1/cron", body, JSON);
		assertThat(reply.status()).as(reply.text()).isEqualTo(400);
		assertThat(reply.string("/error/code")).isEqualTo("invalid_request");
		assertThat(reply.string("/error/message")).contains(field.substring(field.indexOf('.') + 1));
		assertThat(reply.string("/error/details/field")).isEqualTo(field);
		assertThat(http.get("/ojs/v1/cron").at("/cron_jobs")).isEmpty();
	}

}
