package org.openjobspec.boot.checks;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.checks.Http.Reply;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * More than a thousand requests that no client should send: each is refused in the words
 * of the specification, and leaves nothing behind.
 */
class MalformedRequestsTests {

	/** In every body, and nowhere else. */
	private static final String SECRET = "s3cr3t";

	private static final long SEED = 20_261_123;

	private static final Pattern INSIDE = Pattern
		.compile("Exception|\\tat |\\b(?:org|com|java|jakarta|tools)\\.[a-z]+\\.\\w");

	private static final List<String> POSTS = List.of("/jobs", "/jobs/batch", "/workers/fetch", "/workers/ack",
			"/workers/nack", "/workers/heartbeat");

	private static final List<String> BASES = List.of("/ojs/v1", "/api/v1");

	private static final String HUGE = "1e2147483648";

	private static final Map<String, List<String>> WRONG_FIELDS = wrongFields();

	private static final Map<String, List<String>> WRONG_BODIES = wrongBodies();

	private static final Database database = TestDatabase.fresh();

	private static final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

	private static final JsonMapper mapper = new JsonMapper();

	private static Node node;

	private static Http http;

	private final Random random = new Random(SEED);

	private final LogRecorder log = new LogRecorder();

	private Map<String, Integer> rowsBefore = Map.of();

	@BeforeAll
	static void start() {
		node = Node.web(RecordingApplication.class, database, "ojs.worker.enabled=false");
		http = new Http(node.port());
	}

	@AfterAll
	static void stop() {
		node.close();
	}

	@BeforeEach
	void before() {
		this.rowsBefore = rows();
		this.log.start();
	}

	@AfterEach
	void nothingIsStored_andLittleIsSaid() {
		this.log.stop();
		assertThat(rows()).isEqualTo(this.rowsBefore);
		assertThat(this.log.events()).allSatisfy((event) -> {
			assertThat(event.getLevel().isGreaterOrEqual(Level.WARN)).as(event.getFormattedMessage()).isFalse();
			assertThat(event.getThrowableProxy()).as(event.getFormattedMessage()).isNull();
			assertThat(event.getFormattedMessage()).doesNotContain(SECRET);
		});
		assertThat(this.log.events().stream().map(ILoggingEvent::getFormattedMessage)).doesNotHaveDuplicates();
	}

	private static Map<String, Integer> rows() {
		Map<String, Integer> rows = new TreeMap<>();
		for (String table : sql.queryForList("SELECT tablename FROM pg_tables WHERE schemaname = 'ojs'",
				String.class)) {
			rows.put(table, sql.queryForObject("SELECT count(*) FROM ojs.\"" + table + '"', Integer.class));
		}
		return rows;
	}

	private record Hostile(String kind, String method, String path, BodyPublisher body, String shown,
			String... headers) {

		static Hostile json(String kind, String path, String body) {
			return bytes(kind, path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", "application/json");
		}

		static Hostile bytes(String kind, String path, byte[] body, String... headers) {
			return new Hostile(kind, "POST", path, BodyPublishers.ofByteArray(body), shown(body), headers);
		}

		static Hostile bare(String kind, String method, String path) {
			return new Hostile(kind, method, path, BodyPublishers.noBody(), "");
		}

		private static String shown(byte[] body) {
			return new String(body, 0, Math.min(body.length, 300), StandardCharsets.UTF_8);
		}

		@Override
		public String toString() {
			return this.kind + ": " + this.method + ' ' + this.path + ' ' + String.join(" ", this.headers) + ' '
					+ this.shown;
		}

	}

	private <T> T any(List<T> choices) {
		return choices.get(this.random.nextInt(choices.size()));
	}

	private String path(String relative) {
		return any(BASES) + relative;
	}

	private static String valid(String path) {
		return switch (path) {
			case "/jobs" -> "{\"type\":\"a.b\",\"args\":[\"" + SECRET + "\"],\"queue\":\"default\",\"priority\":1}";
			case "/jobs/batch" -> "{\"jobs\":[{\"type\":\"a.b\",\"args\":[\"" + SECRET + "\"]}]}";
			case "/workers/fetch" -> "{\"queues\":[\"default\"],\"count\":1,\"worker_id\":\"" + SECRET + "\"}";
			case "/workers/heartbeat" -> "{\"worker_id\":\"" + SECRET + "\",\"active_jobs\":[]}";
			default -> "{\"job_id\":\"01935d2c-8f6e-7abc-9def-0123456789ab\",\"result\":\"" + SECRET + "\"}";
		};
	}

	private static Map<String, List<String>> wrongFields() {
		String notAnObject = "1 \"s3cr3t\" [] true";
		Map<String, String> wrong = new LinkedHashMap<>();
		wrong.put("type", "1 null [] {} true \"\" \"UP\" \"\\u00e9\" \"a..b\" \".a\" \"a\\u0000\" \"a\\ud800\" \"1a\"");
		wrong.put("args", "1 \"s3cr3t\" {} true null 1.5");
		wrong.put("id", "1 [] {} \"s3cr3t\" \"\" \"01935D2C-8F6E-7ABC-9DEF-0123456789AB\" "
				+ "\"01935d2c-8f6e-4abc-9def-0123456789ab\" \"01935d2c8f6e7abc9def0123456789ab\"");
		wrong.put("queue", "1 [] {} true \"\" \"UP\" \"a_b\" \"-a\" \"a\\u0000\" \"\\ud800\" \"a/b\"");
		wrong.put("priority", "\"1\" [] {} true 1.5 101 -101 1e9 99999999999999999999 " + HUGE + " -1e-2147483649");
		wrong.put("meta", notAnObject);
		wrong.put("options", notAnObject);
		wrong.put("retry", notAnObject);
		wrong.put("unique", notAnObject);
		wrong.put("pending", "1 \"true\" [] {}");
		wrong.put("tags", "1 \"s3cr3t\" {} [1] [[]] [{}] [\"\\u0000\"] [\"\\ud800\"]");
		wrong.put("schema", "1 [] {} true \"\\u0000\"");
		for (String time : List.of("scheduled_at", "delay_until", "expires_at")) {
			wrong.put(time, "1 [] {} true \"\" \"s3cr3t\" \"2030-01-01T00:00:00\" \"2030-13-01T00:00:00Z\" "
					+ "\"2030-01-01\" \"2030-02-30T00:00:00Z\" \"P\"");
		}
		for (String duration : List.of("timeout_ms", "visibility_timeout_ms")) {
			wrong.put(duration, "[] {} true \"s3cr3t\" 0 -1 99999999999999999999 " + HUGE);
		}
		Map<String, List<String>> fields = new LinkedHashMap<>();
		wrong.forEach((name, values) -> fields.put(name, Arrays.asList(values.split(" "))));
		fields.put("retry.max_attempts", Arrays.asList(("\"1\" [] {} true -1 1.5 99999999999 " + HUGE).split(" ")));
		fields.put("retry.initial_interval", Arrays.asList("[] {} true \"s3cr3t\" \"-PT1S\"".split(" ")));
		fields.put("retry.backoff_coefficient", Arrays.asList(("[] {} true \"s3cr3t\" 0.5 -1 " + HUGE).split(" ")));
		fields.put("retry.jitter", Arrays.asList("[] {} 1 \"s3cr3t\"".split(" ")));
		fields.put("retry.on_exhaustion", Arrays.asList("[] {} 1 \"s3cr3t\"".split(" ")));
		fields.put("retry.non_retryable_errors", Arrays.asList("1 {} \"s3cr3t\" [1]".split(" ")));
		fields.put("unique.keys", Arrays.asList("1 {} \"s3cr3t\" [1] [\"s3cr3t\"]".split(" ")));
		fields.put("unique.args_keys", Arrays.asList("1 {} \"s3cr3t\" [1] [\"s3cr3t\"]".split(" ")));
		fields.put("unique.states", Arrays.asList("1 {} \"s3cr3t\" [1] [\"s3cr3t\"]".split(" ")));
		fields.put("unique.on_conflict", Arrays.asList("1 {} [] \"s3cr3t\"".split(" ")));
		fields.put("unique.period", Arrays.asList("{} [] \"s3cr3t\" \"-PT1S\"".split(" ")));
		return fields;
	}

	private static Map<String, List<String>> wrongBodies() {
		return Map.of(
				"/jobs/batch", List.of("{\"jobs\":1}", "{\"jobs\":\"s3cr3t\"}", "{\"jobs\":{}}", "{\"jobs\":[]}",
						"{\"jobs\":[1]}", "{\"jobs\":[[]]}", "{\"jobs\":[null]}", "{}", "{\"jobs\":null}"),
				"/workers/fetch",
				List.of("{}", "{\"queues\":1}", "{\"queues\":\"s3cr3t\"}", "{\"queues\":[]}", "{\"queues\":[1]}",
						"{\"queues\":[\"UP\"]}", "{\"queues\":[\"a\\u0000\"]}", "{\"queues\":[\"a\"],\"count\":0}",
						"{\"queues\":[\"a\"],\"count\":\"1\"}", "{\"queues\":[\"a\"],\"count\":1.5}",
						"{\"queues\":[\"a\"],\"count\":" + HUGE + "}", "{\"queues\":[\"a\"],\"worker_id\":1}",
						"{\"queues\":[\"a\"],\"worker_id\":\"\\u0000\"}",
						"{\"queues\":[\"a\"],\"worker_id\":\"\\ud800\"}",
						"{\"queues\":[\"a\"],\"worker_id\":\"" + "x".repeat(256) + "\"}",
						"{\"queues\":[\"a\"],\"visibility_timeout_ms\":0}",
						"{\"queues\":[\"a\"],\"visibility_timeout_ms\":\"s3cr3t\"}",
						"{\"queues\":[\"a\"],\"visibility_timeout_ms\":" + HUGE + "}"),
				"/workers/ack",
				List.of("{}", "{\"job_id\":1}", "{\"job_id\":\"s3cr3t\"}", "{\"job_id\":null}", "{\"job_id\":\"\"}",
						"{\"job_id\":\"\\u0000\"}", "{\"job_id\":\"01935d2c-8f6e-7abc-9def-0123456789ab\"}",
						"{\"job_id\":[\"01935d2c-8f6e-7abc-9def-0123456789ab\"]}"),
				"/workers/nack",
				List.of("{}", "{\"job_id\":{}}", "{\"job_id\":\"s3cr3t\"}", "{\"job_id\":\"\\ud800\"}",
						"{\"job_id\":\"01935d2c-8f6e-7abc-9def-0123456789ab\",\"error\":[" + HUGE + "]}",
						"{\"job_id\":\"01935d2c-8f6e-7abc-9def-0123456789ab\",\"error\":{\"code\":\"s3cr3t\"}}"),
				"/workers/heartbeat",
				List.of("{}", "{\"worker_id\":1}", "{\"worker_id\":\"\"}", "{\"worker_id\":\"\\u0000\"}",
						"{\"worker_id\":\"a\\ud800\"}", "{\"worker_id\":[\"a\"]}",
						"{\"worker_id\":\"a\",\"visibility_timeout_ms\":\"s3cr3t\"}"));
	}

	private static String enqueue(String field, String value) {
		Map<String, String> job = new LinkedHashMap<>();
		job.put("type", "\"a.b\"");
		job.put("args", "[\"" + SECRET + "\"]");
		String[] path = field.split("\\.");
		job.put(path[0], (path.length > 1) ? "{\"" + path[1] + "\":" + value + "}" : value);
		return '{'
				+ String.join(",", job.entrySet().stream().map((m) -> '"' + m.getKey() + "\":" + m.getValue()).toList())
				+ '}';
	}

	private Stream<Hostile> wrongTypes() {
		List<Hostile> requests = new ArrayList<>();
		WRONG_FIELDS.forEach((field, values) -> values.forEach((value) -> {
			String job = enqueue(field, value);
			requests.add(Hostile.json("wrong field", path("/jobs"), job));
			requests.add(Hostile.json("wrong field in a batch", path("/jobs/batch"),
					"{\"jobs\":[" + valid("/jobs") + ',' + job + "]}"));
		}));
		WRONG_BODIES.forEach(
				(path, bodies) -> bodies.forEach((body) -> requests.add(Hostile.json("wrong body", path(path), body))));
		for (String number : List.of(HUGE, "-1e-2147483649", "10000000000e2147483647", "1e999999999999")) {
			for (String args : List.of("[" + number + "]", "[{\"id\":[" + number + "]}]")) {
				for (String unique : List.of("{\"keys\":[\"type\",\"args\"]}", "{\"key\":[\"args\"]}")) {
					requests.add(Hostile.json("huge number in a compared argument", path("/jobs"),
							"{\"type\":\"a\",\"args\":" + args + ",\"unique\":" + unique + "}"));
				}
			}
			requests.add(Hostile.json("huge number in compared meta", path("/jobs"), "{\"type\":\"a\",\"args\":[],"
					+ "\"meta\":{\"n\":" + number + "},\"unique\":{\"meta_keys\":[\"n\"]}}"));
		}
		return requests.stream();
	}

	private Stream<Hostile> brokenBodies() {
		List<Hostile> requests = new ArrayList<>();
		for (int i = 0; i < 25; i++) {
			for (String path : POSTS) {
				String valid = valid(path);
				int cut = 1 + this.random.nextInt(valid.length() - 2);
				requests.add(Hostile.json("truncated", path(path), valid.substring(0, cut)));
				char control = (char) this.random.nextInt(0x20);
				requests.add(Hostile.json("control character", path(path), valid.replace(SECRET, SECRET + control)));
				byte[] noise = new byte[1 + this.random.nextInt(200)];
				this.random.nextBytes(noise);
				requests.add(Hostile.bytes("noise", path(path), noise, "Content-Type", "application/json"));
				byte[] notUtf8 = valid.replace(SECRET, SECRET + '#').getBytes(StandardCharsets.UTF_8);
				for (int at = 0; at < notUtf8.length; at++) {
					notUtf8[at] = (notUtf8[at] == '#') ? (byte) (0x80 + this.random.nextInt(0x40)) : notUtf8[at];
				}
				requests.add(Hostile.bytes("not UTF-8", path(path), notUtf8, "Content-Type", "application/json"));
			}
		}
		for (String path : POSTS) {
			String valid = valid(path);
			String open = valid.substring(0, valid.length() - 1);
			String first = valid.substring(1, valid.indexOf(':'));
			requests.add(Hostile.json("duplicate key", path(path), open + ',' + first + ":1}"));
			requests.add(Hostile.json("duplicate key inside", path(path),
					open + ",\"x\":[{\"" + SECRET + "\":1,\"" + SECRET + "\":1}]}"));
			for (int depth : List.of(64, 65, 1000, 100_000)) {
				requests.add(Hostile.json("deep array", path(path),
						open + ",\"x\":" + "[".repeat(depth) + "]".repeat(depth) + '}'));
				requests.add(Hostile.json("deep object", path(path),
						open + ",\"x\":" + "{\"a\":".repeat(depth) + "1" + "}".repeat(depth) + '}'));
				requests.add(Hostile.json("deep and open", path(path), open + ",\"x\":" + "[".repeat(depth)));
			}
			requests.add(Hostile.json("long number", path(path), open + ",\"x\":" + "9".repeat(100_000) + '}'));
			for (String junk : List.of("[]", "null", "1", "\"s3cr3t\"", "true", " ", "\u0000", "{}{}", valid + valid,
					"{'type':'a'}", "type=a&args=[]", "<job/>", "NaN", "{\"type\":undefined}", "\uFEFF")) {
				requests.add(Hostile.json("not an object", path(path), junk));
			}
			requests.add(Hostile.bare("no body", "POST", path(path)));
			for (String charset : List.of("UTF-16", "UTF-32", "UTF-16LE")) {
				requests.add(Hostile.bytes("another encoding", path(path),
						valid.getBytes(java.nio.charset.Charset.forName(charset)), "Content-Type",
						"application/json;charset=" + charset));
			}
			for (String type : List.of("text/plain", "application/xml", "text/html;charset=UTF-8", "nonsense",
					"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "multipart/form-data",
					"application/jsonx", ";;;", "*/*", "application/octet-stream")) {
				requests.add(Hostile.bytes("media type", path(path), valid.getBytes(StandardCharsets.UTF_8),
						"Content-Type", type));
			}
			requests.add(Hostile.bytes("compressed", path(path), valid.getBytes(StandardCharsets.UTF_8),
					"Content-Encoding", "gzip"));
		}
		return requests.stream();
	}

	private Stream<Hostile> oversized() {
		List<Hostile> requests = new ArrayList<>();
		for (String path : POSTS) {
			for (int size : List.of(1_048_577, 1_500_000, 3_000_000)) {
				String valid = valid(path);
				byte[] body = valid.replace(SECRET, SECRET + "x".repeat(size - valid.length()))
					.getBytes(StandardCharsets.UTF_8);
				requests.add(Hostile.bytes("oversized", path(path), body, "Content-Type", "application/json"));
				requests.add(new Hostile("oversized and chunked", "POST", path(path),
						BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)), size + " bytes",
						"Content-Type", "application/json"));
			}
		}
		requests.add(Hostile.json("too much meta", path("/jobs"),
				"{\"type\":\"a\",\"args\":[],\"meta\":{\"m\":\"" + SECRET + "x".repeat(70_000) + "\"}}"));
		return requests.stream();
	}

	private Stream<Hostile> paths() {
		List<Hostile> requests = new ArrayList<>();
		List<String> ids = List.of("x", "0", "-1", "null", "undefined", "%20", "%00", "%0A", "%7B%7D", "..%5C",
				"%C3%A9", "%F0%9F%98%80", "%ED%A0%80", "%FF", "%E2%82", "a%2Fb", "%2E%2E", "'%20OR%201=1--",
				"01935d2c-8f6e-7abc-9def-0123456789ab", "00000000-0000-0000-0000-000000000000",
				"01935d2c-8f6e-7abc-9def-0123456789abc", "01935d2c8f6e7abc9def0123456789ab", "x".repeat(2000),
				"${jndi:x}".replace("$", "%24").replace("{", "%7B").replace("}", "%7D"));
		for (String id : ids) {
			requests.add(Hostile.bare("bad id", "GET", path("/jobs/" + id)));
			requests.add(Hostile.bare("bad id", "DELETE", path("/jobs/" + id)));
			for (String verb : List.of("cancel", "activate", "ack", "nack")) {
				requests.add(Hostile.bare("bad id", "POST", path("/jobs/" + id + '/' + verb)));
			}
			requests.add(Hostile.bare("bad id", "GET", path("/dead-letter/" + id)));
			requests.add(Hostile.bare("bad id", "DELETE", path("/dead-letter/" + id)));
			requests.add(Hostile.bare("bad id", "POST", path("/dead-letter/" + id + "/retry")));
		}
		for (String name : List.of("UP", "a_b", "%00", "%20", "%C3%A9", "%ED%A0%80", "-a", "a%2Fb", "x".repeat(300))) {
			requests.add(Hostile.bare("bad queue", "GET", path("/queues/" + name + "/stats")));
			requests.add(Hostile.bare("bad queue", "POST", path("/queues/" + name + "/pause")));
			requests.add(Hostile.bare("bad queue", "POST", path("/queues/" + name + "/resume")));
			requests.add(Hostile.bare("bad cron job", "GET", path("/cron/" + name)));
			requests.add(Hostile.bare("bad cron job", "DELETE", path("/cron/" + name)));
			requests.add(Hostile.bare("bad cron job", "POST", path("/cron/" + name + "/trigger")));
		}
		for (String unknown : List.of("", "/", "/job", "/jobs/a/b/c", "/JOBS", "/worker", "/workers/x", "/.env",
				"/admin/reset", "/%2e%2e/x", "//", "/jobs;x=y/a/b", "/queues/a/b/c", "/%00", "/%ED%A0%80")) {
			for (String method : List.of("GET", "POST", "PUT", "DELETE", "PATCH")) {
				requests.add(Hostile.bare("unknown path", method, path(unknown)));
			}
		}
		for (String method : List.of("PUT", "PATCH", "DELETE", "PROPFIND", "LOCK", "FOO")) {
			for (String path : POSTS) {
				requests.add(Hostile.bare("wrong method", method, path(path)));
			}
			requests.add(Hostile.bare("wrong method", method, path("/queues")));
			requests.add(Hostile.bare("wrong method", method, path("/health")));
			requests.add(Hostile.bare("wrong method", method, "/ojs/manifest"));
		}
		for (String query : List.of("limit=x", "limit=-1", "limit=0", "limit=1.5", "limit=99999999999", "limit=%00",
				"limit=%ED%A0%80", "limit=%zz".replace("%z", "%25z"), "offset=-1", "offset=x")) {
			requests.add(Hostile.bare("bad query", "GET", path("/dead-letter?" + query)));
		}
		for (String query : List.of("limit=x", "after=s3cr3t".replace(SECRET, "nonsense"), "after=%00", "queues=%00",
				"after=-1", "after=" + "9".repeat(400))) {
			requests.add(Hostile.bare("bad query", "GET", path("/events?" + query)));
		}
		return requests.stream();
	}

	@Test
	void wrongTypesAreRefused() {
		assertThat(refuse(wrongTypes())).isGreaterThan(300);
	}

	@Test
	void brokenBodiesAreRefused() {
		assertThat(refuse(brokenBodies())).isGreaterThan(700);
	}

	@Test
	void bodiesOfMoreThanAMebibyteAreRefused() {
		assertThat(refuse(oversized())).isGreaterThan(30);
	}

	@Test
	void pathsThatLeadNowhereAreRefused() {
		assertThat(refuse(paths())).isGreaterThan(300);
	}

	private static int refuse(Stream<Hostile> requests) {
		SoftAssertions all = new SoftAssertions();
		int[] count = new int[1];
		requests.forEach((request) -> {
			Reply reply = http.exchange(request.method(), request.path(), request.body(), request.headers());
			count[0]++;
			checkRefusal(all, request.toString(), reply.status(), reply.header("Content-Type"), reply.text());
			all.assertThat(reply.header("OJS-Version")).as(request.toString()).isEqualTo("1.0");
			all.assertThat(reply.header("X-Request-Id")).as(request.toString()).isNotEmpty();
		});
		all.assertAll();
		return count[0];
	}

	private static void checkRefusal(SoftAssertions all, String request, int status, String contentType, String body) {
		String seen = request + " -> " + status + ' ' + body;
		all.assertThat(status).as(seen).isBetween(400, 499);
		all.assertThat(contentType).as(seen).isEqualTo("application/openjobspec+json");
		all.assertThat(INSIDE.matcher(body).find()).as(seen).isFalse();
		try {
			JsonNode error = mapper.readTree(body).path("error");
			all.assertThat(error.path("code").asString("")).as(seen).matches("[a-z_]+");
			all.assertThat(error.path("message").asString("")).as(seen).isNotEmpty();
		}
		catch (JacksonException ex) {
			all.fail("not JSON: " + seen);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /ojs/v1/jobs/%zz HTTP/1.1", "GET /ojs/v1/jobs/% HTTP/1.1",
			"GET /ojs/v1/jobs/a%2Fb HTTP/1.1", "GET /ojs/v1/jobs/a%5Cb HTTP/1.1",
			"GET /ojs/v1/../../etc/passwd HTTP/1.1", "GET /ojs/v1/./jobs/../x HTTP/1.1",
			"GET /ojs/v1/dead-letter?limit=%zz HTTP/1.1", "POST /ojs/v1/jobs HTTP/9.9", "GET  /ojs/v1/jobs  HTTP/1.1",
			"GET http://[::1/ojs/v1/jobs HTTP/1.1", "GET /ojs/v1/jobs/a\\b HTTP/1.1", "GET /ojs/v1/jobs/{x} HTTP/1.1",
			"GET /ojs/v1/jobs/\u00e9 HTTP/1.1", "GET /ojs/v1/dead-letter?limit={} HTTP/1.1",
			"GET http://localhost/ojs/v1/jobs/{x} HTTP/1.1", "FOO\u0001 /ojs/v1/jobs HTTP/1.1",
			"G\u0000ET /ojs/v1/jobs HTTP/1.1", "\r\n\r\nGET /ojs/v1/jobs/\" HTTP/1.1", "GET /ojs/v1/jobs\"",
			"\tGET /ojs/v1/jobs HTTP/1.1", "GE T /ojs/v1/jobs HTTP/1.1", "GET /ojs/manifest?{} HTTP/1.1",
			"TRACE /ojs/v1/jobs HTTP/1.1", "TRACE /ojs/v1/nothing HTTP/1.1" })
	void whatIsHardlyHttpIsRefused(String requestLine) throws IOException {
		raw(requestLine + "\r\nHost: localhost\r\nConnection: close\r\n\r\n", true);
	}

	// There is no path, so that nobody can tell whose words to use.
	@ParameterizedTest
	@ValueSource(strings = { "\u0016\u0003\u0001", "nonsense", "GET", "/ojs/v1/jobs" })
	void whatIsNoHttpIsRefusedByTheServer(String requestLine) throws IOException {
		raw(requestLine + "\r\nHost: localhost\r\nConnection: close\r\n\r\n", false);
	}

	@ParameterizedTest
	@ValueSource(strings = { "Content-Length: -1", "Content-Length: x", "Content-Length: 5\r\nContent-Length: 6",
			"Content-Length: 99999999999999999999", "Transfer-Encoding: nonsense", "Transfer-Encoding: chunked, x",
			"Expect: nonsense\r\nContent-Length: 0", "X-Long: LONG", "Bad Header", ": no name", "Host: other" })
	void headersThatAreHardlyHttpAreRefused(String header) throws IOException {
		raw("POST /ojs/v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\n"
				+ header.replace("LONG", "x".repeat(100_000)) + "\r\n\r\n", true);
	}

	@ParameterizedTest
	@ValueSource(strings = { "zz\r\n{}", "FFFFFFFFFFFFFFFF\r\n{}", "5\r\n{}" })
	void chunksThatAreNoneAreRefused(String body) throws IOException {
		raw("POST /ojs/v1/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
				+ "Transfer-Encoding: chunked\r\n\r\n" + body, true);
	}

	// Spring's filter for forms comes before every handler.
	@ParameterizedTest
	@ValueSource(strings = { "PUT /ojs/v1/jobs", "PATCH /ojs/v1/jobs", "DELETE /api/v1/jobs/x",
			"DELETE /ojs/v1/dead-letter/x", "POST /ojs/v1/jobs" })
	void formsThatCannotBeDecodedAreRefused(String line) throws IOException {
		raw(line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 9\r\n"
				+ "Content-Type: application/x-www-form-urlencoded\r\n\r\na=%zz&b=%", true);
	}

	@Test
	void aBodyThatEndsTooEarlyIsRefused() throws IOException {
		raw("POST /ojs/v1/jobs HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 10\r\n\r\n{", true);
	}

	@Test
	void whatIsNotOursKeepsTheWordsOfTheApplicationAndOfTomcat() throws IOException {
		String end = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
		assertThat(raw("TRACE /elsewhere" + end, false)).contains("405", "{\"timestamp\":");
		assertThat(raw("GET /elsewhere/{x}" + end, false)).contains("400", "<!doctype html>");
		assertThat(raw("GET /elsewhere?/ojs/v1/jobs/{x}" + end, false)).contains("400", "<!doctype html>");
	}

	private static String raw(String request, boolean worded) throws IOException {
		try (Socket socket = new Socket("localhost", node.port())) {
			socket.setSoTimeout(30_000);
			socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			socket.getOutputStream().flush();
			socket.shutdownOutput();
			String answer = read(socket.getInputStream());
			String status = answer.lines().findFirst().orElse("");
			assertThat(status).as(answer).matches("HTTP/1\\.[01] (4\\d\\d|505|501).*");
			assertThat(INSIDE.matcher(answer).find()).as(answer).isFalse();
			int body = answer.indexOf("\r\n\r\n");
			if (worded) {
				assertThat(answer.substring(body + 4)).as(answer).startsWith("{\"error\":{\"code\":");
			}
			return answer;
		}
	}

	private static String read(InputStream in) throws IOException {
		return new String(in.readAllBytes(), StandardCharsets.UTF_8);
	}

}
