package org.openjobspec.matrix;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.awaitility.Awaitility;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Java process and its log.
 */
final class DemoProcess implements AutoCloseable {

	/** A process that SIGTERM has ended. */
	static final int TERMINATED = 143;

	private static final Duration PATIENCE = Duration.ofSeconds(300);

	private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

	private static final Pattern PASSWORD = Pattern.compile("Using generated security password: (\\S+)");

	private static final Pattern LINE = Pattern
		.compile("^\\S+\\s+(WARN|ERROR|FATAL) \\d+ --- (?:\\[.*?] )*(\\S+)\\s+: (.*)$");

	private final Process process;

	private final Path log;

	private DemoProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	static DemoProcess start(Path log, String classPath, List<String> options, List<String> arguments) {
		List<String> command = new ArrayList<>(List.of(tool("java"), "-Xmx256m"));
		command.addAll(options);
		command.addAll(List.of("-cp", classPath));
		command.addAll(arguments);
		try {
			return new DemoProcess(
					new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start(), log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * How much processor time it has taken so far.
	 * @return user and system time, of all threads
	 */
	Duration processorTime() {
		return this.process.info().totalCpuDuration().orElseThrow();
	}

	private static String tool(String name) {
		return Path.of(System.getProperty("java.home"), "bin", name).toString();
	}

	/**
	 * Waits until the application has started.
	 * @return this
	 */
	DemoProcess awaitStart() {
		return awaitStart(1);
	}

	/**
	 * Waits until the application has started, again.
	 * @param times how often it is to have started
	 * @return this
	 */
	DemoProcess awaitStart(int times) {
		Awaitility.await().pollInterval(Duration.ofMillis(50)).atMost(PATIENCE).until(() -> {
			boolean started = starts() >= times;
			assertThat(started || this.process.isAlive()).as(this::tail).isTrue();
			return started;
		});
		return this;
	}

	private long starts() {
		return lines().filter((line) -> line.contains(" : Started DemoApplication in ")).count();
	}

	/**
	 * Where it listens.
	 * @return the port of the last server that it has started
	 */
	int port() {
		return Integer.parseInt(last(PORT));
	}

	/**
	 * The password that Spring Security has made up.
	 * @return the last one
	 */
	String password() {
		return last(PASSWORD);
	}

	private String last(Pattern pattern) {
		String found = null;
		Matcher matcher = pattern.matcher(log());
		while (matcher.find()) {
			found = matcher.group(1);
		}
		assertThat(found).as(() -> pattern + " in " + tail()).isNotNull();
		return String.valueOf(found);
	}

	/**
	 * What was logged that somebody should look at.
	 * @return level, logger and message of each line, what differs between runs masked
	 */
	List<String> complaints() {
		List<String> complaints = new ArrayList<>();
		lines().forEach((line) -> {
			Matcher matcher = LINE.matcher(line);
			if (matcher.matches()) {
				complaints.add(matcher.group(1) + " " + matcher.group(2) + " " + matcher.group(3));
			}
			else if (line.startsWith("WARNING") || line.startsWith("Exception in thread")) {
				complaints.add(line);
			}
		});
		return complaints;
	}

	/**
	 * The end of its log, for whoever wants to know what went wrong.
	 * @return the last lines
	 */
	String tail() {
		List<String> all = lines().toList();
		return String.join("\n", all.subList(Math.max(0, all.size() - 100), all.size()));
	}

	String log() {
		return String.join("\n", lines().toList());
	}

	private Stream<String> lines() {
		try {
			return Files.readAllLines(this.log).stream();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Asks it to stop, and waits.
	 * @return the exit code
	 */
	int stop() {
		this.process.destroy();
		return awaitExit();
	}

	int awaitExit() {
		try {
			assertThat(this.process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as(this::tail).isTrue();
			return this.process.exitValue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Asks the JVM something.
	 * @param command one of {@code jcmd}'s
	 * @return the answer, by lines
	 */
	List<String> ask(String command) {
		try {
			Process jcmd = new ProcessBuilder(tool("jcmd"), Long.toString(this.process.pid()), command)
				.redirectErrorStream(true)
				.start();
			List<String> answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()
				.toList();
			assertThat(jcmd.waitFor()).as(() -> String.join("\n", answer)).isZero();
			return answer;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.process.destroyForcibly();
	}

}
