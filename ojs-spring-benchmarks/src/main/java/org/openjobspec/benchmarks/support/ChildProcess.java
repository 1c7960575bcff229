package org.openjobspec.benchmarks.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A Java process with the class path of this one, that can be killed and paused as an
 * operating system does it.
 */
public final class ChildProcess implements AutoCloseable {

	private final Process process;

	private final Path log;

	private ChildProcess(Process process, Path log) {
		this.process = process;
		this.log = log;
	}

	/**
	 * Starts a process. It ends with this one.
	 * @param main its main class
	 * @param log where its output goes, appended
	 * @param jvmOptions options of its JVM
	 * @param arguments its arguments
	 * @return the process
	 */
	public static ChildProcess start(Class<?> main, Path log, List<String> jvmOptions, List<String> arguments) {
		List<String> command = new ArrayList<>();
		command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
		command.addAll(jvmOptions);
		command.add("-cp");
		command.add(System.getProperty("java.class.path"));
		command.add(main.getName());
		command.addAll(arguments);
		try {
			Process started = new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
				.start();
			Runtime.getRuntime().addShutdownHook(new Thread(started::destroyForcibly));
			return new ChildProcess(started, log);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The id of the process.
	 * @return the id
	 */
	public long pid() {
		return this.process.pid();
	}

	/**
	 * Whether the process runs.
	 * @return whether it has not ended
	 */
	public boolean isAlive() {
		return this.process.isAlive();
	}

	/**
	 * Where its output goes.
	 * @return the file
	 */
	public Path log() {
		return this.log;
	}

	/** Kills it with SIGKILL and waits until it is gone. */
	public void kill() {
		this.process.destroyForcibly();
		await(Duration.ofSeconds(30));
	}

	/** Asks it to stop with SIGTERM. */
	public void terminate() {
		this.process.destroy();
	}

	/** Pauses it with SIGSTOP. */
	public void pause() {
		signal("STOP");
	}

	/** Lets it go on with SIGCONT. */
	public void resume() {
		signal("CONT");
	}

	private void signal(String name) {
		try {
			int exit = new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
			if (exit != 0) {
				throw new IllegalStateException("Could not send SIG%s to process %d".formatted(name, pid()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	/**
	 * Waits for its end.
	 * @param timeout how long at most
	 * @return whether it has ended
	 */
	public boolean await(Duration timeout) {
		try {
			return this.process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	@Override
	public void close() {
		kill();
	}

}
