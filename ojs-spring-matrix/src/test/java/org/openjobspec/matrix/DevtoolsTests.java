package org.openjobspec.matrix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.matrix.ClassPaths.Starter;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A developer changes a handler while the application runs with devtools.
 */
class DevtoolsTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final Path HANDLER = Path.of("src/main/java/com/example/demo/jobs/NoteJobs.java");

	private static final Pattern THREAD = Pattern.compile("^\"(ojs-[a-z-]+?)-?\\d*\"");

	private static final Pattern LOADERS = Pattern.compile(
			"\\s(\\d+)\\s+\\d+\\s+org\\.springframework\\.boot\\.devtools\\.restart\\.classloader\\.RestartClassLoader$");

	private final Database database = TestDatabase.fresh();

	private final JdbcClient jdbc = JdbcClient.create(this.database.dataSource());

	@Test
	void afterARestart_itsNewClassesRun_andNothingIsLeftOfTheOldOnes(@TempDir Path files) throws IOException {
		try (ClassPaths classPaths = new ClassPaths(files)) {
			int loadersWithout = loadersAfterTwoRestarts(demo(Starter.NONE, files.resolve("without"), classPaths));
			Demo demo = demo(Starter.PLAIN, files.resolve("with"), classPaths);
			try (DemoProcess process = demo.start("run")) {
				process.awaitStart();
				awaitIndexed("first edition");
				Awaitility.await().atMost(PATIENCE).until(() -> listeners() == 1);
				Map<String, Long> threads = threads(process);
				assertThat(threads).containsKeys("ojs-claim", "ojs-maintenance");
				long connections = connections();

				change(demo, "second edition");
				process.awaitStart(2);
				awaitIndexed("second edition");
				change(demo, "third edition");
				process.awaitStart(3);
				awaitIndexed("third edition");

				Awaitility.await().atMost(PATIENCE).untilAsserted(() -> {
					assertThat(threads(process)).isEqualTo(threads);
					assertThat(listeners()).isOne();
					assertThat(connections()).isLessThanOrEqualTo(connections);
				});
				Dialogue dialogue = new Dialogue(process.port(), null);
				assertThat(dialogue.ask("GET", "/notes/1").status()).isEqualTo(200);
				assertThat(dialogue.ask("GET", "/ojs/v1/health").status()).isEqualTo(200);
				assertThat(dialogue.ask("GET", "/actuator/health").status()).isEqualTo(200);
				// Spring holds a few itself, such as the one that its shutdown hook was
				// made with.
				Awaitility.await()
					.atMost(PATIENCE)
					.untilAsserted(() -> assertThat(loaders(process)).isLessThanOrEqualTo(loadersWithout));
				assertThat(process.stop()).as(process::tail).isEqualTo(DemoProcess.TERMINATED);
				assertThat(process.complaints()).noneMatch((complaint) -> complaint.contains(" o.o."));
			}
		}
	}

	private Demo demo(Starter starter, Path directory, ClassPaths classPaths) {
		return Demo.generate(
				Combination.of(Feature.WEB, Feature.JPA, Feature.FLYWAY, Feature.ACTUATOR, Feature.DEVTOOLS), starter,
				directory, this.database, classPaths);
	}

	private static int loadersAfterTwoRestarts(Demo demo) throws IOException {
		Path touched = demo.classes().resolve("com/example/demo/DemoApplication.class");
		try (DemoProcess process = demo.start("run")) {
			for (int starts = 1; starts < 3; starts++) {
				process.awaitStart(starts);
				Files.setLastModifiedTime(touched,
						FileTime.fromMillis(Files.getLastModifiedTime(touched).toMillis() + 1000));
			}
			process.awaitStart(3);
			return loaders(process);
		}
	}

	private void awaitIndexed(String edition) {
		Awaitility.await()
			.atMost(PATIENCE)
			.until(() -> this.jdbc.sql("SELECT count(*) FROM note WHERE indexed_by = ?")
				.param(edition)
				.query(Integer.class)
				.single() == 1);
	}

	private long listeners() {
		return this.jdbc.sql("""
				SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN ojs'""")
			.query(Long.class)
			.single();
	}

	private long connections() {
		return this.jdbc.sql("""
				SELECT count(*) FROM pg_stat_activity
				WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'""")
			.query(Long.class)
			.single();
	}

	// The argument's class has another shape each time, which nothing may remember.
	private static void change(Demo demo, String edition) throws IOException {
		String component = edition.replace(' ', '_');
		String source = Files.readString(HANDLER)
			.replace("first edition", edition)
			.replace("NoteAdded(long id)", "NoteAdded(long id, String " + component + ")")
			.replace("new NoteAdded(note.id())", "new NoteAdded(note.id(), EDITION)")
			.replace("added.id(), EDITION", "added.id(), added." + component + "()");
		assertThat(source).contains("added." + component);
		Path changed = Files.createTempDirectory(demo.classes().getParent(), "changed");
		Path file = Files.writeString(changed.resolve("NoteJobs.java"), source);
		int result = ToolProvider.getSystemJavaCompiler()
			.run(null, null, null, "-parameters", "-proc:none", "-cp", demo.classPath(), "-d", changed.toString(),
					file.toString());
		assertThat(result).isZero();
		Path compiled = changed.resolve("com/example/demo/jobs");
		try (Stream<Path> classes = Files.list(compiled)) {
			for (Path type : classes.toList()) {
				Files.write(demo.classes().resolve("com/example/demo/jobs").resolve(type.getFileName()),
						Files.readAllBytes(type));
			}
		}
	}

	private static Map<String, Long> threads(DemoProcess process) {
		return process.ask("Thread.print")
			.stream()
			.flatMap((line) -> THREAD.matcher(line).results())
			.map((found) -> found.group(1))
			.filter((name) -> !name.startsWith("ojs-handler"))
			.collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
	}

	private static int loaders(DemoProcess process) {
		process.ask("GC.run");
		List<MatchResult> found = process.ask("GC.class_histogram")
			.stream()
			.flatMap((line) -> LOADERS.matcher(line).results())
			.toList();
		assertThat(found).hasSize(1);
		return Integer.parseInt(found.get(0).group(1));
	}

}
