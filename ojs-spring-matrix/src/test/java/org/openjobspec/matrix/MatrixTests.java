package org.openjobspec.matrix;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.matrix.ClassPaths.Starter;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The application as it is generated, then with the starter on the same database.
 */
class MatrixTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String OPEN = "WARN o.o.boot.autoconfigure.ApiExposure nothing guards the API";

	private static final String JOB = """
			{"type":"remote.work","args":[],"queue":"remote"}""";

	@TempDir
	static Path directory;

	private static ClassPaths classPaths;

	@BeforeAll
	static void resolve() {
		classPaths = new ClassPaths(directory);
	}

	@AfterAll
	static void close() {
		classPaths.close();
	}

	static List<Combination> combinations() {
		return Combination.chosen(System.getProperty("ojs.matrix", ""));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("combinations")
	void withTheStarterAnApplicationDoesWhatItDidBefore_andRunsJobs(Combination combination, @TempDir Path files) {
		Database database = TestDatabase.fresh();
		Demo before = Demo.generate(combination, Starter.NONE, files.resolve("before"), database, classPaths);
		Demo after = Demo.generate(combination, starter(combination), files.resolve("after"), database, classPaths);

		Observed without = observe(before, database, false);
		List<String> expected = new ArrayList<>(without.complaints());
		if (combination.has(Feature.WEB) && !combination.has(Feature.SECURITY) && !combination.isLocal()) {
			expected.add(OPEN);
		}
		Observed with = observe(after, database, true);

		assertThat(comparable(with.answers(), combination))
			.containsExactlyElementsOf(comparable(without.answers(), combination));
		assertThat(with.complaints()).containsExactlyInAnyOrderElementsOf(expected);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("combinations")
	void withTheStarterItsOwnTestsPass(Combination combination, @TempDir Path files) {
		Demo demo = Demo.generate(combination, starter(combination), files, TestDatabase.fresh(), classPaths);
		try (DemoProcess test = demo.test()) {
			assertThat(test.awaitExit()).as(test::tail).isZero();
			assertThat(test.log()).contains("1 tests successful");
			assertThat(test.complaints()).noneMatch((complaint) -> complaint.contains(" o.o."));
		}
	}

	@Test
	void toAnApplicationWithoutAServerTheStarterBringsOne_unlessThatIsExcluded(@TempDir Path files) {
		Database database = TestDatabase.fresh();
		Combination nothing = new Combination(Set.of());
		Demo demo = Demo.generate(nothing, Starter.PLAIN, files, database, classPaths);
		try (DemoProcess process = demo.start("run")) {
			process.awaitStart();
			awaitJob(database);
			assertThat(new Dialogue(process.port(), null).ask("GET", "/ojs/v1/health").status()).isEqualTo(200);
			assertThat(process.stop()).as(process::tail).isEqualTo(DemoProcess.TERMINATED);
			assertThat(masked(process.complaints())).containsExactly(OPEN);
		}
	}

	private static Starter starter(Combination combination) {
		return combination.has(Feature.WEB) ? Starter.PLAIN : Starter.WITHOUT_SERVER;
	}

	private static Observed observe(Demo demo, Database database, boolean jobs) {
		Combination combination = demo.combination();
		List<Exchange> answers = List.of();
		try (DemoProcess process = demo.start("run", "--debug")) {
			process.awaitStart();
			if (jobs) {
				awaitJob(database);
			}
			else {
				JdbcClient.create(database.dataSource()).sql("INSERT INTO note (text) VALUES ('Butter')").update();
			}
			if (combination.has(Feature.WEB)) {
				answers = answers(process, combination);
			}
			if (jobs) {
				check(process, combination);
			}
			// Without a server and without a worker it has nothing to wait for.
			boolean waits = combination.has(Feature.WEB) || jobs;
			assertThat(waits ? process.stop() : process.awaitExit()).as(process::tail)
				.isEqualTo(waits ? DemoProcess.TERMINATED : 0);
			return new Observed(answers, masked(process.complaints()));
		}
	}

	private static void check(DemoProcess process, Combination combination) {
		checkConditions(ConditionReport.read(process.log()), combination);
		if (combination.has(Feature.WEB)) {
			checkApi(process, combination);
			if (combination.has(Feature.ACTUATOR)) {
				checkActuator(process, combination);
			}
		}
	}

	private static void awaitJob(Database database) {
		JdbcClient jdbc = JdbcClient.create(database.dataSource());
		Awaitility.await()
			.atMost(PATIENCE)
			.untilAsserted(() -> assertThat(
					jdbc.sql("SELECT text || ' in the ' || indexed_by FROM note WHERE indexed_by IS NOT NULL")
						.query(String.class)
						.list())
				.containsExactly("kept in the first edition"));
		assertThat(jdbc.sql("SELECT count(*) FROM ojs.job WHERE type = 'note.index'").query(Long.class).single())
			.isOne();
		assertThat(jdbc.sql("SELECT count(*) FROM note WHERE text = 'rolled back'").query(Long.class).single())
			.isZero();
	}

	private static List<Exchange> answers(DemoProcess process, Combination combination) {
		boolean actuator = combination.has(Feature.ACTUATOR);
		List<Exchange> answers = new ArrayList<>(new Dialogue(process.port(), null).ownAnswers(actuator));
		if (combination.has(Feature.SECURITY)) {
			answers.addAll(new Dialogue(process.port(), process.password()).ownAnswers(actuator));
		}
		return answers;
	}

	private static void checkApi(DemoProcess process, Combination combination) {
		Dialogue anybody = new Dialogue(process.port(), null);
		if (!combination.has(Feature.SECURITY)) {
			assertThat(anybody.ask("GET", "/ojs/v1/health").status()).isEqualTo(200);
			assertThat(anybody.ask("GET", "/ojs/manifest").status()).isEqualTo(200);
			assertThat(anybody.send("POST", "/ojs/v1/jobs", "application/json", JOB).status()).isEqualTo(201);
			assertThat(anybody.ask("GET", "/api/v1/nothing").body()).contains("\"error\":{\"code\":\"not_found\"");
			return;
		}
		assertThat(anybody.ask("GET", "/ojs/v1/health").status()).isEqualTo(401);
		assertThat(anybody.ask("GET", "/ojs/manifest").status()).isEqualTo(401);
		assertThat(anybody.send("POST", "/ojs/v1/jobs", "application/json", JOB).status()).isEqualTo(401);
		Dialogue user = new Dialogue(process.port(), process.password());
		assertThat(user.ask("GET", "/ojs/v1/health").status()).isEqualTo(200);
		assertThat(user.ask("GET", "/api/v1/queues").status()).isEqualTo(200);
		// The default chain wants a token against forged requests, as for each POST.
		Exchange forged = user.send("POST", "/ojs/v1/jobs", "application/json", JOB);
		assertThat(forged.status()).isEqualTo(401);
		assertThat(forged.status()).isEqualTo(user.send("POST", "/notes", "application/json", "{}").status());
	}

	// Each of them is there for one reason or not for another, and none because something
	// of ours is missing, of which nobody but us has heard.
	private static void checkConditions(ConditionReport report, Combination combination) {
		Map<String, List<String>> matched = report.ownPositive();
		Map<String, List<String>> refused = report.ownNegative();
		Set<String> everywhere = Set.of("OjsAutoConfiguration", "OjsEventsAutoConfiguration",
				"OjsHealthAutoConfiguration", "OjsMetricsAutoConfiguration", "OjsObservationAutoConfiguration",
				"OjsSchemaAutoConfiguration", "OjsWorkerAutoConfiguration");
		assertThat(matched).containsKeys(everywhere.toArray(String[]::new));
		assertThat(matched.values()).allSatisfy((reasons) -> assertThat(reasons).isNotEmpty());
		assertThat(refused.get("OjsDevDatabaseAutoConfiguration")).singleElement(InstanceOfAssertFactories.STRING)
			.contains("did not find required class 'io.zonky.test.db.postgres.embedded.EmbeddedPostgres'");
		assertThat(refused.get("OjsEndpointAutoConfiguration"))
			.anyMatch((reason) -> reason.contains("@ConditionalOnAvailableEndpoint not exposed"));
		if (combination.has(Feature.WEB)) {
			assertThat(matched).containsKeys("OjsWebMvcAutoConfiguration").hasSize(8);
			assertThat(refused).hasSize(2);
		}
		else {
			assertThat(refused.get("OjsWebMvcAutoConfiguration")).singleElement(InstanceOfAssertFactories.STRING)
				.contains("did not find required class");
			assertThat(matched).hasSize(7);
			assertThat(refused).hasSize(3);
		}
	}

	private static void checkActuator(DemoProcess process, Combination combination) {
		Dialogue dialogue = new Dialogue(process.port(), combination.has(Feature.SECURITY) ? process.password() : null);
		assertThat(dialogue.ask("GET", "/actuator/mappings").body()).contains("NoteController#broken()");
		assertThat(dialogue.ask("GET", "/actuator/conditions").body()).contains("OjsWorkerAutoConfiguration");
		assertThat(dialogue.ask("GET", "/actuator/beans").body()).contains("\"ojsWorker\"");
		assertThat(dialogue.ask("GET", "/actuator/metrics/ojs.job.enqueued").status()).isEqualTo(200);
	}

	// Where there is an Actuator, which the starter brings along, Spring Boot's default
	// chain of filters answers what browsers ask before they call from another origin.
	private static List<Exchange> comparable(List<Exchange> answers, Combination combination) {
		boolean another = combination.has(Feature.SECURITY) && !combination.has(Feature.ACTUATOR);
		return answers.stream()
			.filter((answer) -> !another || !answer.request().contains("Access-Control-Request-Method"))
			.toList();
	}

	// How long it takes to make a random number is the machine's affair.
	private static List<String> masked(List<String> complaints) {
		return complaints.stream()
			.filter((complaint) -> !complaint.contains("Creation of SecureRandom instance"))
			.map((complaint) -> complaint.replaceFirst("Whoever reaches this server .*", "nothing guards the API"))
			.toList();
	}

	/**
	 * What could be noticed of an application from outside.
	 *
	 * @param answers what it has answered
	 * @param complaints what it has logged that somebody should look at
	 */
	private record Observed(List<Exchange> answers, List<String> complaints) {

	}

}
