package org.openjobspec.boot.engine;

import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.ArgumentSchema;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.Store;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

/**
 * Schemas of arguments, on a real database.
 */
@ExtendWith(OutputCaptureExtension.class)
class SchemaDeskTests {

	private static final String RECIPIENT = """
			{"type":"array","minItems":1,"prefixItems":[{"type":"object","required":["to"],\
			"properties":{"to":{"type":"string","minLength":3},"n":{"type":"integer"}}}]}""";

	@RegisterExtension
	private static final EngineFixture fixture = new EngineFixture();

	private static final SchemaDesk desk = fixture.engine().schemas();

	@Nested
	class Registering {

		@Test
		void keepsTheDocumentAsItCame() {
			String document = "{\"type\":\"array\",\"x\":1.10}";
			ArgumentSchema schema = desk.register("email.send", "2", null, document);
			assertThat(schema.uri()).isEqualTo("urn:ojs:schema:email.send:v2");
			assertThat(schema.document()).isEqualTo(document);
			assertThat(desk.read("email.send", "2")).isEqualTo(schema);
			assertThat(desk.find(schema.uri())).contains(schema);
		}

		@Test
		void neverChangesWhatIsThere() {
			desk.register("email.send", "1", null, RECIPIENT);
			assertThatExceptionOfType(ConflictException.class)
				.isThrownBy(() -> desk.register("email.send", "1", "urn:other", "{\"type\":\"array\"}"))
				.withMessageContaining("email.send@1");
			assertThatExceptionOfType(ConflictException.class)
				.isThrownBy(() -> desk.register("email.send", "2", "urn:ojs:schema:email.send:v1", RECIPIENT))
				.withMessageContaining("urn:ojs:schema:email.send:v1");
			assertThat(desk.read("email.send", null).document()).isEqualTo(RECIPIENT);
		}

		@ParameterizedTest
		@ValueSource(strings = { "", "v1", "1.2.3.4", "01", "1.", "latest", "1.0.0-beta", "9999999999" })
		void refusesWhatIsNoVersion(String version) {
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> desk.register("email.send", version, null, RECIPIENT))
				.satisfies((ex) -> assertThat(ex.details()).containsEntry("field", "version"));
		}

		@ParameterizedTest
		@ValueSource(strings = { "{\"type\":\"nonsense\"}", "{\"minItems\":-1}", "{\"$schema\":\"urn:unknown\"}",
				"{\"$ref\":\"#/$defs/missing\"}", "{\"$ref\":\"https://example.com/schema\"}",
				"{\"$ref\":\"classpath:logback-test.xml\"}" })
		void refusesWhatIsNoSchema(String document) {
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> desk.register("email.send", "1", null, document))
				.withMessageStartingWith("schema is not a JSON Schema: at schema")
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
			assertThat(desk.list(10, 0).items()).isEmpty();
		}

		@ParameterizedTest
		@ValueSource(strings = { "{\"items\":[{\"type\":\"string\"}]}",
				"{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"items\":[{\"type\":\"string\"}]}",
				"{\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",\"prefixItems\":[{\"type\":\"string\"}]}",
				"{\"prefixItems\":[{\"$ref\":\"#/$defs/s\"}],\"$defs\":{\"s\":{\"type\":\"string\"}}}" })
		void understandsEarlierDraftsAndReferencesWithin(String document) {
			ArgumentSchema schema = desk.register("t.a", "1", null, document);
			assertThatNoException().isThrownBy(() -> enqueue(schema.uri(), "[\"a\"]"));
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> enqueue(schema.uri(), "[7]"));
		}

	}

	@Nested
	class Reading {

		@Test
		void takesTheHighestVersionForTheLatest() {
			for (String version : List.of("1", "1.10", "1.9", "1.9.3")) {
				desk.register("t.a", version, null, RECIPIENT);
			}
			assertThat(desk.read("t.a", null).version()).isEqualTo("1.10");
			assertThat(desk.versions("t.a")).extracting(ArgumentSchema::version)
				.containsExactly("1.10", "1.9.3", "1.9", "1");
			desk.delete("t.a", "1.10");
			assertThat(desk.read("t.a", null).version()).isEqualTo("1.9.3");
		}

		@Test
		void listsAllByType() {
			desk.register("b", "1", null, RECIPIENT);
			desk.register("a", "1", null, RECIPIENT);
			assertThat(desk.list(1, 0).items()).extracting(ArgumentSchema::type).containsExactly("a");
			assertThat(desk.list(1, 0).total()).isEqualTo(2);
			assertThat(desk.list(1, 1).items()).extracting(ArgumentSchema::type).containsExactly("b");
		}

		@Test
		void saysWhatIsNotThere() {
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> desk.read("t.a", null));
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> desk.read("t.a", "1"))
				.withMessageContaining("t.a@1");
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> desk.versions("t.a"));
			assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> desk.delete("t.a", "1"));
		}

	}

	private static void enqueue(String schema, String args) {
		fixture.enqueue("t.a", (request) -> request.schema(schema).args(args));
	}

	@Nested
	class Checking {

		private final String uri = "urn:ojs:schema:t.a:v1";

		@Test
		void acceptsArgumentsThatFit() {
			desk.register("t.a", "1", null, RECIPIENT);
			enqueue(this.uri, "[{\"to\":\"ada\",\"n\":123456789012345678901234567890}]");
			assertThat(fixture.fetch(1)).hasSize(1);
		}

		@Test
		void refusesArgumentsThatDoNot_andSaysWhere() {
			desk.register("t.a", "1", null, RECIPIENT);
			assertThatExceptionOfType(InvalidRequestException.class)
				.isThrownBy(() -> enqueue(this.uri, "[{\"to\":7,\"n\":1.5}]"))
				.withMessageContaining("job 't.a'")
				.withMessageContaining(this.uri)
				.withMessageContaining("at args/0/")
				.withMessageContaining("(and 1 more)")
				.satisfies((ex) -> {
					assertThat(ex.code()).isEqualTo("schema_validation");
					assertThat(ex.status()).isEqualTo(422);
					assertThat(ex.details().get("path").toString()).startsWith("/0/");
					assertThat(ex.details().get("validation_errors")).asInstanceOf(InstanceOfAssertFactories.LIST)
						.hasSize(2);
				});
			assertThat(fixture.fetch(1)).isEmpty();
		}

		@Test
		void namesTheJobOfABatch_andStoresNone() {
			desk.register("t.a", "1", null, RECIPIENT);
			List<JobRequest> batch = List.of(JobRequest.of("t.a").build(),
					JobRequest.of("t.a").schema(this.uri).args("[]").build());
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> fixture.engine().enqueue(batch))
				.withMessageStartingWith("jobs[1]: The arguments of job 't.a'");
			assertThat(fixture.fetch(10)).isEmpty();
		}

		@Test
		void leavesJobsAloneThatNameNoSchema() {
			desk.register("t.a", "1", null, RECIPIENT);
			fixture.enqueue("t.a");
			assertThat(fixture.fetch(1)).hasSize(1);
		}

		@Test
		void acceptsANameThatIsKeptElsewhere_andRefusesOneOfOurFormThatNobodyKnows() {
			enqueue("https://schemas.example.com/t.a.json", "[]");
			assertThat(fixture.fetch(1)).hasSize(1);
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> enqueue(this.uri, "[]"))
				.withMessageContaining("is not registered")
				.satisfies((ex) -> assertThat(ex.code()).isEqualTo("schema_validation"));
		}

		@Test
		void followsADeletionAtOnce() {
			desk.register("t.a", "1", "urn:mine", RECIPIENT);
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> enqueue("urn:mine", "[]"));
			desk.delete("t.a", "1");
			enqueue("urn:mine", "[]");
			desk.register("t.a", "1", "urn:mine", "{\"maxItems\":0}");
			enqueue("urn:mine", "[]");
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> enqueue("urn:mine", "[1]"));
		}

		@Test
		void isLeftOutWithoutTheValidator_andSaysSoOnce(CapturedOutput output) {
			SchemaDesk without = new SchemaDesk(new Store(fixture.dataSource(), null), false);
			without.register("t.a", "1", null, "{\"type\":\"nonsense\"}");
			without.check(Batch.of(List.of(job())));
			without.check(Batch.of(List.of(job())));
			assertThat(output.getAll().lines().filter((line) -> line.contains("com.networknt:json-schema-validator")))
				.hasSize(1);
			assertThat(without.checking()).isFalse();
			assertThat(desk.checking()).isTrue();
		}

		private NewJob job() {
			JobRequest request = JobRequest.of("t.a").schema(this.uri).build();
			return new NewJob(UUID.randomUUID(), request.type(), "default", request.args(), request.meta(), 0,
					new JobOptions(RetryPolicy.DEFAULT, null, null, null, null, null, List.of(), request.schema(),
							Map.of()),
					null, null, null, false, null, null);
		}

	}

}
