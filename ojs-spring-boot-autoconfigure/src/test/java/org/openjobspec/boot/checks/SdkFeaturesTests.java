package org.openjobspec.boot.checks;

import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.openjobspec.boot.checks.Http.Reply;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Periodic jobs, workflows, unique jobs and queues, as the SDKs ask for them: each answer
 * has what its SDK parses, where it looks for it, of the type that it takes.
 */
class SdkFeaturesTests {

	private static final Set<String> WORKFLOW_STATES = Set.of("pending", "running", "completed", "failed", "cancelled");

	@RegisterExtension
	private static final SdkNode node = new SdkNode();

	private static int ids;

	private static String encoded(Sdk sdk, String name) {
		return (sdk == Sdk.RUST) ? name.replace("-", "%2D") : name;
	}

	private static void checkTimes(JsonNode object) {
		object.properties().forEach((member) -> {
			if (member.getKey().endsWith("_at")) {
				assertThat(OffsetDateTime.parse(member.getValue().stringValue()).getYear()).as(member.getKey())
					.isGreaterThan(2000);
			}
		});
	}

	private static void checkRefusal(Reply reply, int status, String code) {
		assertThat(reply.status()).as(reply.text()).isEqualTo(status);
		assertThat(reply.string("/error/code")).isEqualTo(code);
		assertThat(reply.at("/error/message").isString()).isTrue();
		assertThat(reply.at("/error/details").isObject()).isTrue();
	}

	// What Rust and Go parse strictly, and what the others read.
	private static void checkCron(Sdk sdk, JsonNode cron, String name) {
		for (String text : List.of("name", "cron", "timezone", "type", "overlap_policy", "status", "created_at",
				"next_run_at")) {
			assertThat(cron.path(text).isString()).as(text + " of " + cron).isTrue();
		}
		assertThat(cron.path("name").stringValue()).isEqualTo(name);
		assertThat(cron.path("overlap_policy").stringValue()).isIn("skip", "allow", "cancel_previous", "enqueue");
		assertThat(cron.path("args").isArray()).as(cron.toString()).isTrue();
		assertThat(cron.path("args")).hasSize(1);
		assertThat(cron.path("enabled").isBoolean()).isTrue();
		assertThat(cron.path("run_count").isIntegralNumber()).isTrue();
		assertThat(cron.path("meta").isObject()).isTrue();
		assertThat(cron.path("options").isObject()).isTrue();
		assertThat(cron.path("options").path("queue").stringValue()).isEqualTo(sdk.queue());
		cron.properties().forEach((member) -> assertThat(member.getValue().isNull()).as(member.getKey()).isFalse());
		checkTimes(cron);
	}

	@ParameterizedTest
	@EnumSource
	void aPeriodicJobIsRegisteredTwiceListedAndDeleted(Sdk sdk) {
		String name = "nightly-" + sdk.name().toLowerCase(Locale.ROOT);
		Reply created = node.post(sdk, "/cron", SdkBodies.cron(sdk, name));
		assertThat(created.status()).as(created.text()).isEqualTo(201);
		boolean nested = sdk == Sdk.JS || sdk == Sdk.GO;
		checkCron(sdk, nested ? created.at("/cron_job") : created.json(), name);
		// The Spring starter registers with each start of the application.
		Reply again = node.post(sdk, "/cron", SdkBodies.cron(sdk, name));
		assertThat(again.status()).as(again.text()).isEqualTo(200);
		checkCron(sdk, nested ? again.at("/cron_job") : again.json(), name);

		Reply list = node.get(sdk, "/cron" + switch (sdk) {
			case JS -> "?page=1&per_page=10";
			case PYTHON -> "?limit=50&offset=0";
			default -> "";
		});
		assertThat(list.status()).as(list.text()).isEqualTo(200);
		JsonNode crons = list.at((sdk == Sdk.RUBY) ? "/entries" : "/cron_jobs");
		assertThat(crons).as(list.text()).hasSize(1);
		checkCron(sdk, crons.get(0), name);
		for (String number : (sdk == Sdk.JS) ? List.of("total", "page", "per_page")
				: List.of("total", "limit", "offset")) {
			assertThat(list.at("/pagination/" + number).isIntegralNumber()).as(number + " of " + list.text()).isTrue();
		}
		assertThat(list.at("/pagination/has_more").isBoolean()).isTrue();

		Reply deleted = node.delete(sdk, "/cron/" + encoded(sdk, name));
		assertThat(deleted.status()).as(deleted.text()).isEqualTo(200);
		assertThat(node.get(sdk, "/cron").at("/cron_jobs")).isEmpty();
		Reply missing = node.delete(sdk, "/cron/" + encoded(sdk, name));
		checkRefusal(missing, 404, "not_found");
		assertThat(missing.string("/error/details/resource_id")).isEqualTo(name);
	}

	private static JsonNode workflow(Sdk sdk, Reply reply) {
		JsonNode workflow = switch (sdk) {
			case PYTHON, GO, JAVA -> reply.at("/workflow");
			case JS, RUBY, RUST -> reply.json();
		};
		assertThat(workflow.path("id").isString()).as(reply.text()).isTrue();
		assertThat(workflow.path("state").stringValue()).isIn(WORKFLOW_STATES);
		assertThat(workflow.has("name")).as("Python looks it up").isTrue();
		checkTimes(workflow);
		assertThat(workflow.path("created_at").isString()).isTrue();
		if (sdk == Sdk.JS) {
			assertThat(workflow.path("type").stringValue()).isIn("chain", "group", "batch");
		}
		for (String number : List.of("job_count", "completed_count", "failed_count")) {
			assertThat(workflow.path("metadata").path(number).isIntegralNumber()).as(number).isTrue();
		}
		assertThat(workflow.path("metadata").path("created_at").isString()).isTrue();
		assertThat(workflow.path("steps").isArray()).isTrue();
		workflow.path("steps").forEach((step) -> checkStep(sdk, step));
		return workflow;
	}

	private static void checkStep(Sdk sdk, JsonNode step) {
		for (String text : List.of("id", "type", "state")) {
			assertThat(step.path(text).isString()).as(text + " of " + step).isTrue();
		}
		assertThat(step.path("depends_on").isArray()).isTrue();
		step.path("depends_on").forEach((other) -> assertThat(other.isString()).isTrue());
		assertThat(!step.has("job_id") || step.get("job_id").isString()).as(step.toString()).isTrue();
		if (sdk == Sdk.GO && step.has("result")) {
			assertThat(step.get("result").isObject()).as("Go knows no other result: " + step).isTrue();
		}
		checkTimes(step);
	}

	private static String create(Sdk sdk, String body) {
		Reply created = node.post(sdk, "/workflows", body);
		assertThat(created.status()).as(created.text()).isEqualTo(201);
		JsonNode workflow = workflow(sdk, created);
		assertThat(workflow.path("state").stringValue()).isIn("pending", "running");
		return workflow.path("id").stringValue();
	}

	private static JsonNode fetch(Sdk sdk) {
		return node
			.post(sdk, "/workers/fetch",
					"{\"queues\":[\"%s\",\"default\"],\"count\":10,\"worker_id\":\"w\"}".formatted(sdk.queue()))
			.at("/jobs");
	}

	/** Works on everything that comes, and names the types in their order. */
	private static List<List<String>> work(Sdk sdk, String workflow, String result) {
		List<List<String>> rounds = new ArrayList<>();
		for (JsonNode jobs = fetch(sdk); !jobs.isEmpty(); jobs = fetch(sdk)) {
			List<String> types = new ArrayList<>();
			for (JsonNode job : jobs) {
				types.add(job.path("type").stringValue());
				assertThat(job.path("meta").path("workflow_id").stringValue()).isEqualTo(workflow);
				Reply ack = node.post(sdk, "/workers/ack",
						"{\"job_id\":\"%s\",\"result\":%s}".formatted(job.path("id").stringValue(), result));
				assertThat(ack.status()).as(ack.text()).isEqualTo(200);
			}
			rounds.add(types);
		}
		return rounds;
	}

	@ParameterizedTest
	@EnumSource
	void aChainRunsInItsOrderAndIsReadToItsEnd(Sdk sdk) {
		String id = create(sdk, SdkBodies.chain(sdk));
		assertThat(fetchTypes(sdk, id)).containsExactly("data.fetch");
		List<List<String>> rest = work(sdk, id, sdk.result());
		assertThat(rest).hasSize(1);
		assertThat(rest.get(0)).containsOnly("data.load");
		JsonNode done = workflow(sdk, node.get(sdk, "/workflows/" + id));
		assertThat(done.path("state").stringValue()).isEqualTo("completed");
		assertThat(done.path("completed_at").isString()).isTrue();
		assertThat(done.path("metadata").path("completed_count").intValue())
			.isEqualTo(done.path("metadata").path("job_count").intValue());
		checkRefusal(node.delete(sdk, "/workflows/" + id), 409, "conflict");
	}

	private static List<String> fetchTypes(Sdk sdk, String workflow) {
		JsonNode jobs = fetch(sdk);
		assertThat(jobs).hasSize(1);
		JsonNode first = jobs.get(0);
		assertThat(first.path("queue").stringValue()).isEqualTo(sdk.queue());
		assertThat(first.path("workflow_id").stringValue()).isEqualTo(workflow);
		node.post(sdk, "/workers/ack", sdk.ack(first.path("id").stringValue()));
		return List.of(first.path("type").stringValue());
	}

	@ParameterizedTest
	@EnumSource
	void aGroupIsCancelled(Sdk sdk) {
		String id = create(sdk, SdkBodies.group(sdk));
		Reply cancelled = node.delete(sdk, "/workflows/" + id);
		assertThat(cancelled.status()).as(cancelled.text()).isEqualTo(200);
		JsonNode workflow = workflow(sdk, cancelled);
		assertThat(workflow.path("state").stringValue()).isEqualTo("cancelled");
		assertThat(workflow.path("cancelled_at").isString()).isTrue();
		assertThat(workflow.path("steps_cancelled").intValue()).isEqualTo((sdk == Sdk.JS) ? 3 : 2);
		String finished = (sdk == Sdk.RUST) ? "steps_already_complete" : "steps_already_completed";
		assertThat(workflow.path(finished).isIntegralNumber()).as(workflow.toString()).isTrue();
		assertThat(fetch(sdk)).isEmpty();
		checkRefusal(node.delete(sdk, "/workflows/" + id), 409, "conflict");
		checkRefusal(node.get(sdk, "/workflows/01935d2c-8f6e-7abc-9def-0123456789ab"), 404, "not_found");
	}

	@ParameterizedTest
	@EnumSource
	void aBatchCallsBackAsItsJobsEnd(Sdk sdk) {
		String id = create(sdk, SdkBodies.batch(sdk));
		List<List<String>> rounds = work(sdk, id, sdk.result());
		assertThat(rounds).hasSize(2);
		assertThat(rounds.get(0)).containsExactly("email.send", "email.send");
		assertThat(rounds.get(1)).containsExactlyInAnyOrder("batch.report", "batch.celebrate");
		assertThat(workflow(sdk, node.get(sdk, "/workflows/" + id)).path("state").stringValue()).isEqualTo("completed");
	}

	@ParameterizedTest
	@EnumSource
	void resultsOfEveryTypeCanBeReadInAWorkflow(Sdk sdk) {
		for (String result : List.of("42", "\"done\"", "[1]", "true", "{\"ok\":true}")) {
			String id = create(sdk, SdkBodies.group(sdk).replace("export.zip", "export.pdf"));
			work(sdk, id, result);
			JsonNode step = workflow(sdk, node.get(sdk, "/workflows/" + id)).path("steps").get(0);
			if (sdk != Sdk.GO || result.startsWith("{")) {
				assertThat(step.path("result").toString()).isEqualTo(result);
			}
		}
	}

	@ParameterizedTest
	@EnumSource(names = { "GO", "RUST", "PYTHON" })
	void theOptionsOfAWorkflowHoldForItsSteps(Sdk sdk) {
		String id = create(sdk, SdkBodies.group(sdk)
			.replaceFirst("\\}$", ",\"options\":{\"queue\":\"" + sdk.queue() + "\",\"priority\":7}}"));
		JsonNode jobs = fetch(sdk);
		assertThat(jobs).hasSize(2);
		for (JsonNode job : jobs) {
			assertThat(job.path("workflow_id").stringValue()).isEqualTo(id);
			assertThat(job.path("queue").stringValue()).isEqualTo(sdk.queue());
			assertThat(job.path("priority").intValue()).isEqualTo(7);
			node.post(sdk, "/workers/ack", sdk.ack(job.path("id").stringValue()));
		}
		String own = create(sdk,
				SdkBodies.group(sdk)
					.replaceFirst("\\}$", ",\"options\":{\"queue\":\"nobody\"}}")
					.replace("\"type\":\"export.csv\"",
							"\"options\":{\"queue\":\"%s\"},\"type\":\"export.csv\"".formatted(sdk.queue())));
		assertThat(fetchTypes(sdk, own)).containsExactly("export.csv");
		node.delete(sdk, "/workflows/" + own);
	}

	private static String uuid() {
		return "01a20a00-0000-7000-8000-%012d".formatted(1000 + ids++);
	}

	private static JsonNode job(Sdk sdk, Reply reply) {
		JsonNode job = (sdk.enqueued() == Sdk.Place.NESTED) ? reply.at("/job") : reply.json();
		assertThat(job.path("id").isString()).as(reply.text()).isTrue();
		for (JsonNode key : job.path("unique").path("keys")) {
			assertThat(key.stringValue()).isIn("type", "queue", "args", "meta");
		}
		assertThat(job.path("unique").path("states").isArray()).isTrue();
		assertThat(job.path("unique").path("period").stringValue()).isEqualTo("PT1H");
		return job;
	}

	private static Reply enqueue(Sdk sdk, String onConflict, String id) {
		return node.post(sdk, "/jobs", SdkBodies.unique(sdk, onConflict, id));
	}

	@ParameterizedTest
	@EnumSource
	void aDuplicateIsRefusedIgnoredOrReplaces(Sdk sdk) {
		Reply first = enqueue(sdk, "reject", uuid());
		assertThat(first.status()).as(first.text()).isEqualTo(201);
		String id = job(sdk, first).path("id").stringValue();
		Reply rejected = enqueue(sdk, "reject", uuid());
		checkRefusal(rejected, 409, "duplicate");
		assertThat(rejected.at("/error/retryable").isBoolean()).isTrue();
		assertThat(rejected.string("/error/details/existing_job_id")).isEqualTo(id);

		Reply ignored = enqueue(sdk, "ignore", uuid());
		assertThat(ignored.status()).as(ignored.text()).isEqualTo(200);
		assertThat(job(sdk, ignored).path("id").stringValue()).isEqualTo(id);

		Reply replacing = enqueue(sdk, "replace", uuid());
		assertThat(replacing.status()).as(replacing.text()).isEqualTo(201);
		String other = job(sdk, replacing).path("id").stringValue();
		assertThat(other).isNotEqualTo(id);
		assertThat(node.get(sdk, "/jobs/" + id).string("/state")).isEqualTo("cancelled");
		assertThat(node.delete(sdk, "/jobs/" + other).status()).isEqualTo(200);
	}

	@ParameterizedTest
	@EnumSource
	void aPausedQueueIsShownSoUntilItIsResumed(Sdk sdk) {
		String queue = sdk.queue();
		String path = "/queues/" + encoded(sdk, queue);
		assertThat(node.emptyPost(sdk, path + "/pause").status()).isEqualTo(200);
		Reply stats = node.get(sdk, path + "/stats");
		assertThat(stats.status()).as(stats.text()).isEqualTo(200);
		assertThat(stats.at("/queue").isString()).isTrue();
		assertThat(stats.string("/status")).isEqualTo("paused");
		assertThat(stats.at("/paused").booleanValue()).isTrue();
		checkTimes(stats.json());
		JsonNode listed = null;
		for (JsonNode candidate : node.get(sdk, "/queues").at("/queues")) {
			listed = candidate.path("name").stringValue().equals(queue) ? candidate : listed;
		}
		assertThat(listed).isNotNull();
		assertThat(listed.path("status").stringValue()).isEqualTo("paused");
		assertThat(listed.path("paused").booleanValue()).isTrue();
		checkTimes(listed);
		String id = node
			.post(sdk, "/jobs", "{\"type\":\"a\",\"args\":[],\"options\":{\"queue\":\"%s\"}}".formatted(queue))
			.string("/job/id");
		assertThat(node.post(sdk, "/workers/fetch", sdk.fetch()).at("/jobs")).isEmpty();
		assertThat(node.emptyPost(sdk, path + "/resume").status()).isEqualTo(200);
		assertThat(node.get(sdk, path + "/stats").string("/status")).isEqualTo("active");
		Reply fetched = node.post(sdk, "/workers/fetch", sdk.fetch());
		assertThat(fetched.string("/jobs/0/id")).as(fetched.text()).isEqualTo(id);
		node.post(sdk, "/workers/ack", sdk.ack(id));
	}

}
