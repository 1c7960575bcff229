package org.openjobspec.boot.checks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The dashboard and the alert rules ask only for what an application says to Prometheus.
 */
@Timeout(120)
class ObservabilityDocumentsTests {

	private static final Path DOCUMENTS = Path.of("..", "docs", "observability");

	private static final Pattern METRIC = Pattern.compile("\\b(ojs_\\w+)(?:\\{([^}]*)})?");

	private static final Pattern MATCHER = Pattern.compile("(\\w+)\\s*(?:=~|!~|!=|=)\\s*\"");

	private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on|without|ignoring)\\s*\\(([^)]*)\\)");

	private static final Pattern TEMPLATE = Pattern.compile("\\{\\{\\s*(?:\\$labels\\.)?(\\w+)\\s*}}");

	private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((\\w+), (\\w+)\\)");

	private static final Pattern SAMPLE = Pattern.compile("(?m)^(ojs_\\w+)(?:\\{([^}]*)})? ");

	/** The labels of each metric. */
	private static final Map<String, Set<String>> SCRAPED = new TreeMap<>();

	@BeforeAll
	static void scrapeAnApplication() {
		try (Node node = Node.plain(SpeakingApplication.class, TestDatabase.fresh())) {
			OjsTemplate jobs = node.bean(OjsTemplate.class);
			jobs.enqueue("speak.ok");
			jobs.request("speak.ok").delay(Duration.ofMillis(50)).enqueue();
			jobs.cancel(jobs.request("speak.ok").delay(Duration.ofHours(1)).enqueue().id());
			jobs.request("nobody.takes").queue("elsewhere").expiresIn(Duration.ofMillis(50)).enqueue();
			Job dead = jobs.enqueue("speak.dead");
			JobEngine engine = node.bean(JobEngine.class);
			await().atMost(Duration.ofSeconds(30)).until(() -> engine.find(dead.id()).orElseThrow().deadLettered());
			engine.retryDeadLetter(dead.id());
			PrometheusMeterRegistry registry = node.bean(PrometheusMeterRegistry.class);
			await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> {
				note(registry.scrape());
				assertThat(SCRAPED).containsKeys("ojs_job_expired_total", "ojs_job_revived_total", "ojs_queue_depth",
						"ojs_queue_oldest_seconds", "ojs_queue_paused");
			});
		}
	}

	private static void note(String text) {
		Matcher samples = SAMPLE.matcher(text);
		while (samples.find()) {
			String labels = samples.group(2);
			SCRAPED.put(samples.group(1), (labels != null) ? labels(labels) : Set.of());
		}
	}

	private static Set<String> labels(String selector) {
		return MATCHER.matcher(selector).results().map((label) -> label.group(1)).collect(Collectors.toSet());
	}

	@Test
	void theDashboardAsksOnlyForWhatThereIs() throws IOException {
		JsonNode dashboard = JsonMapper.shared()
			.readTree(Files.readString(DOCUMENTS.resolve("grafana-dashboard.json")));
		assertThat(dashboard.at("/title").asString()).isEqualTo("Open Job Spec");
		Set<Integer> ids = new HashSet<>();
		int queries = 0;
		for (JsonNode panel : dashboard.at("/panels")) {
			assertThat(ids.add(panel.at("/id").asInt())).as("the id of %s", panel.at("/title")).isTrue();
			for (JsonNode target : panel.at("/targets")) {
				check(target.at("/expr").asString(), target.at("/legendFormat").asString());
				queries++;
			}
		}
		assertThat(queries).isGreaterThan(20);
		List<String> variables = new ArrayList<>();
		for (JsonNode variable : dashboard.at("/templating/list")) {
			variables.add(variable.at("/name").asString());
			if (variable.at("/type").asString().equals("query")) {
				Matcher query = LABEL_VALUES.matcher(variable.at("/query/query").asString());
				assertThat(query.matches()).isTrue();
				assertThat(SCRAPED.get(query.group(1))).as(query.group(1)).contains(query.group(2));
			}
		}
		assertThat(variables).containsExactly("datasource", "queue", "type");
	}

	@Test
	@SuppressWarnings("unchecked")
	void theAlertsAskOnlyForWhatThereIs() throws IOException {
		Map<String, List<Map<String, Object>>> document = new Yaml()
			.load(Files.readString(DOCUMENTS.resolve("alerts.yaml")));
		assertThat(document).containsOnlyKeys("groups");
		Set<String> names = new HashSet<>();
		for (Map<String, Object> group : document.get("groups")) {
			assertThat(group).containsOnlyKeys("name", "rules");
			for (Map<String, Object> rule : (List<Map<String, Object>>) group.get("rules")) {
				assertThat(rule).containsKeys("alert", "expr", "labels", "annotations");
				assertThat(names.add((String) rule.get("alert"))).isTrue();
				Map<String, String> annotations = (Map<String, String>) rule.get("annotations");
				check((String) rule.get("expr"), annotations.get("summary"));
				assertThat(annotations).containsOnlyKeys("summary", "description");
				assertThat((Map<String, String>) rule.get("labels")).containsOnlyKeys("severity");
			}
		}
		assertThat(names).hasSizeGreaterThan(5);
	}

	@Test
	void everyMeterIsOnTheDashboard() throws IOException {
		String dashboard = Files.readString(DOCUMENTS.resolve("grafana-dashboard.json"));
		// An application may give observations other names, so no panel relies on their
		// timers.
		assertThat(SCRAPED.keySet()).filteredOn((name) -> !name.matches("ojs_job_(enqueue|process)_.*"))
			.allSatisfy((name) -> assertThat(dashboard).contains(name));
	}

	// A label may be named by what selects, by what groups, and by the text beside it.
	private static void check(String expression, String text) {
		assertThat(expression.chars().filter((c) -> c == '(').count()).as(expression)
			.isEqualTo(expression.chars().filter((c) -> c == ')').count());
		Set<String> grouped = GROUPING.matcher(expression)
			.results()
			.flatMap((grouping) -> Arrays.stream(grouping.group(1).split("\\s*,\\s*")))
			.collect(Collectors.toSet());
		Set<String> known = new HashSet<>();
		Matcher metrics = METRIC.matcher(expression);
		while (metrics.find()) {
			String name = metrics.group(1);
			assertThat(SCRAPED).as(expression).containsKey(name);
			String selector = metrics.group(2);
			assertThat(SCRAPED.get(name)).as(expression).containsAll((selector != null) ? labels(selector) : Set.of());
			known.addAll(SCRAPED.get(name));
		}
		assertThat(METRIC.matcher(expression).find()).as(expression).isTrue();
		assertThat(known).as(expression).containsAll(grouped);
		assertThat(grouped).as(text)
			.containsAll(TEMPLATE.matcher(text).results().map((label) -> label.group(1)).toList());
	}

	@PlainApplication
	static class SpeakingApplication {

		@Bean
		Handlers handlers() {
			return new Handlers();
		}

	}

	static class Handlers {

		@OjsHandler("speak.ok")
		void ok() {
		}

		@OjsHandler(type = "speak.dead",
				retry = @OjsRetry(maxAttempts = 2, initialInterval = "20ms", onExhaustion = OnExhaustion.DEAD_LETTER))
		void dead() {
			throw new IllegalStateException("no");
		}

	}

}
