package org.openjobspec.matrix;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.demo.DemoApplication;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.matrix.ClassPaths.Starter;

/**
 * An application of one combination: its classes and resources in a directory, as a build
 * leaves them, and what it is started with.
 */
final class Demo {

	private static final Path CLASSES = location(DemoApplication.class);

	private static final Path TEST_CLASSES = location(Demo.class);

	private static final List<String> HASTY = List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto");

	private final Combination combination;

	private final Starter starter;

	private final Path directory;

	private final Database database;

	private final ClassPaths classPaths;

	private Demo(Combination combination, Starter starter, Path directory, Database database, ClassPaths classPaths) {
		this.combination = combination;
		this.starter = starter;
		this.directory = directory;
		this.database = database;
		this.classPaths = classPaths;
	}

	/**
	 * Lays out an application.
	 * @param combination what it has
	 * @param starter how it has our starter
	 * @param directory where its files go
	 * @param database its database
	 * @param classPaths finds its libraries
	 * @return the application
	 */
	static Demo generate(Combination combination, Starter starter, Path directory, Database database,
			ClassPaths classPaths) {
		Demo demo = new Demo(combination, starter, directory, database, classPaths);
		try {
			demo.layOut();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return demo;
	}

	private void layOut() throws IOException {
		List<String> packages = new ArrayList<>();
		packages.add(this.combination.has(Feature.JPA) ? "jpa" : "jdbc");
		if (this.combination.has(Feature.WEB)) {
			packages.add("web");
		}
		if (this.starter != Starter.NONE) {
			packages.add("jobs");
		}
		String root = "com/example/demo";
		copy(CLASSES.resolve(root), classes().resolve(root), 1);
		for (String name : packages) {
			copy(CLASSES.resolve(root).resolve(name), classes().resolve(root).resolve(name), 1);
		}
		copy(CLASSES.resolve(this.combination.has(Feature.FLYWAY) ? "flyway" : "plain"), classes(), 3);
		Files.writeString(classes().resolve("application.properties"), properties());
		copy(TEST_CLASSES.resolve(root), this.directory.resolve("test-classes").resolve(root), 1);
	}

	// What a developer adds to the one line that Initializr writes.
	private String properties() throws IOException {
		List<String> lines = new ArrayList<>(Files.readAllLines(CLASSES.resolve("application.properties")));
		lines.add("spring.datasource.url=" + this.database.url());
		lines.add("spring.datasource.username=" + this.database.user());
		lines.add("spring.datasource.password=" + this.database.password());
		if (!this.combination.has(Feature.FLYWAY)) {
			lines.add(this.combination.has(Feature.JPA) ? "spring.jpa.hibernate.ddl-auto=update"
					: "spring.sql.init.mode=always");
		}
		if (this.combination.has(Feature.ACTUATOR)) {
			lines.add("management.endpoints.web.exposure.include=health,info,metrics,mappings,conditions,beans");
		}
		if (this.combination.isLocal()) {
			lines.add("server.address=127.0.0.1");
		}
		return lines.stream().collect(Collectors.joining("\n", "", "\n"));
	}

	private static void copy(Path source, Path target, int depth) throws IOException {
		try (Stream<Path> files = Files.walk(source, depth)) {
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				Path copy = target.resolve(source.relativize(file).toString());
				Files.createDirectories(copy.getParent());
				Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
			}
		}
	}

	Path classes() {
		return this.directory.resolve("classes");
	}

	Combination combination() {
		return this.combination;
	}

	/**
	 * Class path of the application's own classes and its libraries.
	 * @return as the JVM takes it
	 */
	String classPath() {
		return joined(
				Stream.concat(Stream.of(classes()), this.classPaths.runtime(this.combination, this.starter).stream()));
	}

	/**
	 * Starts it, in a JVM that does not compile what runs for seconds only.
	 * @param name of its log
	 * @param arguments what is said on the command line
	 * @return the running application
	 */
	DemoProcess start(String name, String... arguments) {
		return start(name, HASTY, arguments);
	}

	/**
	 * Starts it.
	 * @param name of its log
	 * @param options those of the JVM
	 * @param arguments what is said on the command line
	 * @return the running application
	 */
	DemoProcess start(String name, List<String> options, String... arguments) {
		List<String> all = new ArrayList<>(List.of(DemoApplication.class.getName(), "--server.port=0",
				"--spring.devtools.livereload.enabled=false"));
		all.addAll(List.of(arguments));
		return DemoProcess.start(this.directory.resolve(name + ".log"), classPath(), options, all);
	}

	/**
	 * Runs the test that Initializr has written.
	 * @return the process that runs it
	 */
	DemoProcess test() {
		String classPath = joined(Stream.concat(Stream.of(this.directory.resolve("test-classes"), classes()),
				this.classPaths.test(this.combination, this.starter).stream()));
		return DemoProcess.start(this.directory.resolve("test.log"), classPath, HASTY,
				List.of("org.junit.platform.console.ConsoleLauncher", "execute", "--disable-banner",
						"--fail-if-no-tests", "--select-class", "com.example.demo.DemoApplicationTests"));
	}

	private static String joined(Stream<Path> paths) {
		return paths.map(Path::toString).collect(Collectors.joining(File.pathSeparator));
	}

	static Path location(Class<?> type) {
		try {
			return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
		}
		catch (URISyntaxException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
