package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.web.HttpFixture.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Schemas of arguments over HTTP.
 */
class SchemaEndpointsTests {

	private static final String SCHEMA = "{\"type\":\"array\",\"items\":{\"type\":\"string\"},\"minItems\":1}";

	@RegisterExtension
	private static final HttpFixture http = new HttpFixture("", null);

	private static Reply put(String path, String body) {
		return http.send("PUT", "/ojs/v1/admin/schemas/" + path, body.getBytes(StandardCharsets.UTF_8));
	}

	private static Reply get(String path) {
		return http.get("/ojs/v1" + path);
	}

	private static Reply delete(String path) {
		return http.send("DELETE", "/ojs/v1" + path, null);
	}

	@Nested
	class ByTypeAndVersion {

		@Test
		void aSchemaIsRegisteredAndReadBackAsItCame() {
			Reply registered = put("email.send/2", "{\"schema\":" + SCHEMA + "}");
			assertThat(registered.status()).as(registered.text()).isEqualTo(201);
			assertThat(registered.at("/version").isIntegralNumber()).isTrue();
			assertThat(registered.string("/uri")).isEqualTo("urn:ojs:schema:email.send:v2");
			Reply read = get("/admin/schemas/email.send/2");
			assertThat(read.text()).isEqualTo(registered.text()).contains("\"schema\":" + SCHEMA);
			assertThat(put("email.send/2.1", "{\"args_schema\":" + SCHEMA + "}").string("/version")).isEqualTo("2.1");
			assertThat(get("/admin/schemas/email.send").string("/version")).isEqualTo("2.1");
		}

		@Test
		void aVersionIsRegisteredOnce() {
			put("email.send/1", "{\"schema\":" + SCHEMA + "}");
			Reply again = put("email.send/1", "{\"schema\":{\"type\":\"array\"}}");
			assertThat(again.status()).isEqualTo(409);
			assertThat(again.string("/error/message")).contains("urn:ojs:schema:email.send:v1");
		}

		@Test
		void versionsAreListed_theLatestFirst() {
			put("email.send/9", "{\"schema\":" + SCHEMA + "}");
			put("email.send/10", "{\"schema\":" + SCHEMA + "}");
			Reply versions = get("/admin/schemas/email.send/versions");
			assertThat(versions.string("/versions/0/version")).isEqualTo("10");
			assertThat(versions.at("/versions/0/is_latest").booleanValue()).isTrue();
			assertThat(versions.at("/versions/1/is_latest").booleanValue()).isFalse();
			assertThat(get("/admin/schemas").at("/schemas")).hasSize(2);
		}

		@Test
		void aDeletedVersionIsGone() {
			put("email.send/1", "{\"schema\":" + SCHEMA + "}");
			put("email.send/2", "{\"schema\":" + SCHEMA + "}");
			assertThat(delete("/admin/schemas/email.send/2").at("/deleted").booleanValue()).isTrue();
			assertThat(get("/admin/schemas/email.send").at("/version").intValue()).isEqualTo(1);
			delete("/admin/schemas/email.send/1");
			assertThat(get("/admin/schemas/email.send").status()).isEqualTo(404);
			assertThat(get("/admin/schemas/email.send/versions").status()).isEqualTo(404);
			assertThat(delete("/admin/schemas/email.send/1").status()).isEqualTo(404);
		}

		@ParameterizedTest
		@ValueSource(strings = { "", "[]", "{}", "{\"schema\":{}}", "{\"schema\":null}", "{\"schema\":\"array\"}",
				"{\"schema\":{\"type\":\"nonsense\"}}", "{\"schema\":{\"type\":\"array\"},\"uri\":\"a b\"}",
				"{\"schema\":{\"type\":\"array\"},\"uri\":7}" })
		void whatIsNoSchemaIsRefused(String body) {
			Reply reply = put("email.send/1", body);
			assertThat(reply.status()).as(reply.text()).isEqualTo(400);
			assertThat(get("/admin/schemas").at("/schemas")).isEmpty();
		}

		@ParameterizedTest
		@ValueSource(strings = { "Email/1", "email.send/v1", "email.send/1.2.3.4", "email.send/%00", "a%09b/1" })
		void whatIsNoTypeOrVersionIsRefused(String path) {
			assertThat(put(path, "{\"schema\":" + SCHEMA + "}").status()).isEqualTo(400);
		}

	}

	@Nested
	class ByUri {

		private Reply post(String body) {
			return http.post("/ojs/v1/schemas", body, "OJS-Version", "1.0");
		}

		@Test
		void anSdkRegistersReadsListsAndDeletes() {
			Reply registered = post("""
					{"uri":"urn:ojs:schema:email.send:v1","type":"email.send","version":"1","schema":%s}"""
				.formatted(SCHEMA));
			assertThat(registered.status()).as(registered.text()).isEqualTo(201);
			assertThat(registered.string("/version")).isEqualTo("1");
			assertThat(registered.at("/schema/version").isString()).isTrue();
			assertThat(registered.string("/created_at")).endsWith("Z");
			for (String uri : new String[] { "urn:ojs:schema:email.send:v1",
					"urn%3Aojs%3Aschema%3Aemail%2Esend%3Av1" }) {
				Reply read = get("/schemas/" + uri);
				assertThat(read.status()).as(read.text()).isEqualTo(200);
				assertThat(read.text()).isEqualTo(registered.text()).contains("\"schema\":" + SCHEMA);
			}
			Reply list = get("/schemas?limit=10&offset=0");
			assertThat(list.string("/schemas/0/uri")).isEqualTo("urn:ojs:schema:email.send:v1");
			assertThat(list.at("/schemas/0/version").isString()).isTrue();
			assertThat(list.at("/pagination").toString())
				.isEqualTo("{\"total\":1,\"limit\":10,\"offset\":0,\"has_more\":false}");
			Reply deleted = delete("/schemas/urn:ojs:schema:email.send:v1");
			assertThat(deleted.string("/uri")).isEqualTo("urn:ojs:schema:email.send:v1");
			assertThat(delete("/schemas/urn:ojs:schema:email.send:v1").status()).isEqualTo(404);
			assertThat(get("/schemas/urn:ojs:schema:email.send:v1").status()).isEqualTo(404);
		}

		@Test
		void theRegistrysOwnWordsAreUnderstood() {
			Reply registered = post("{\"job_type\":\"email.send\",\"version\":\"2.0.0\",\"schema\":" + SCHEMA + "}");
			assertThat(registered.string("/schema/job_type")).isEqualTo("email.send");
			assertThat(get("/schemas/email.send").string("/schema/version")).isEqualTo("2.0.0");
			assertThat(get("/schemas/email.send/versions").string("/versions/0/version")).isEqualTo("2.0.0");
			assertThat(delete("/schemas/email.send/2.0.0").status()).isEqualTo(200);
		}

		@Test
		void theUriMayTellTypeAndVersion() {
			Reply registered = post("{\"uri\":\"urn:ojs:schema:email.send:v3\",\"schema\":" + SCHEMA + "}");
			assertThat(registered.string("/type")).isEqualTo("email.send");
			assertThat(registered.string("/version")).isEqualTo("3");
			assertThat(post("{\"uri\":\"urn:other\",\"schema\":" + SCHEMA + "}").status()).isEqualTo(400);
			assertThat(post("{\"type\":\"a\",\"schema\":" + SCHEMA + "}").string("/error/details/field"))
				.isEqualTo("version");
		}

	}

	@Nested
	class AJob {

		private Reply enqueue(String args) {
			return http.post("/ojs/v1/jobs",
					"{\"type\":\"email.send\",\"schema\":\"urn:ojs:schema:email.send:v1\",\"args\":" + args + "}");
		}

		@Test
		void thatNamesItsSchemaIsChecked() {
			put("email.send/1", "{\"schema\":" + SCHEMA + "}");
			assertThat(enqueue("[\"ada\"]").status()).isEqualTo(201);
			Reply refused = enqueue("[\"ada\",7]");
			assertThat(refused.status()).isEqualTo(422);
			assertThat(refused.string("/error/code")).isEqualTo("schema_validation");
			assertThat(refused.string("/error/message")).contains("at args/1: ");
			assertThat(refused.string("/error/details/path")).isEqualTo("/1");
			assertThat(refused.at("/error/details/validation_errors")).hasSize(1);
			assertThat(refused.at("/error/retryable").booleanValue()).isFalse();
		}

		@Test
		void thatNamesASchemaOfOurFormThatNobodyKnowsIsRefused() {
			assertThat(enqueue("[]").status()).isEqualTo(422);
			assertThat(http.post("/ojs/v1/jobs", "{\"type\":\"a\",\"args\":[],\"schema\":\"urn:s\"}").status())
				.isEqualTo(201);
		}

		@Test
		void thatNamesNoneIsNotChecked() {
			put("email.send/1", "{\"schema\":" + SCHEMA + "}");
			assertThat(http.post("/ojs/v1/jobs", "{\"type\":\"email.send\",\"args\":[]}").status()).isEqualTo(201);
		}

	}

	@Test
	void theManifestSaysWhetherArgumentsAreChecked() {
		assertThat(http.get("/ojs/manifest").at("/capabilities/schema_validation").booleanValue()).isTrue();
	}

}
