package org.openjobspec.benchmarks.support;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import tools.jackson.databind.json.JsonMapper;

/**
 * A Markdown report and its raw numbers. Written anew after each section, so that a run
 * that is interrupted leaves what it has.
 */
public final class Report {

	private static final List<String> SETTINGS = List.of("fsync", "synchronous_commit", "full_page_writes",
			"wal_sync_method", "shared_buffers", "max_wal_size", "autovacuum", "jit");

	private final String name;

	private final String title;

	private final Path directory;

	private final List<Section> sections = new ArrayList<>();

	private final Map<String, String> environment = new LinkedHashMap<>();

	/**
	 * Starts a report.
	 * @param name the name of its files
	 * @param title its heading
	 * @param directory where its files go
	 */
	public Report(String name, String title, Path directory) {
		this.name = name;
		this.title = title;
		this.directory = directory;
		this.environment.put("Processor", cpu() + ", " + Runtime.getRuntime().availableProcessors() + " cores");
		this.environment.put("System", System.getProperty("os.name") + " " + System.getProperty("os.version"));
		this.environment.put("Java",
				System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version"));
	}

	private static String cpu() {
		try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
			return lines.filter((line) -> line.startsWith("model name"))
				.map((line) -> line.substring(line.indexOf(':') + 1).strip())
				.findFirst()
				.orElse(System.getProperty("os.arch"));
		}
		catch (IOException | UncheckedIOException ex) {
			return System.getProperty("os.arch");
		}
	}

	/**
	 * Says something about the conditions of the run.
	 * @param what a condition
	 * @param value its value
	 */
	public void environment(String what, String value) {
		this.environment.put(what, value);
	}

	/**
	 * Says which server was used, and how durable it is.
	 * @param database a database of the server
	 */
	public void environment(Database database) {
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			this.environment.put("PostgreSQL", show(statement, "server_version"));
			List<String> settings = new ArrayList<>();
			for (String setting : SETTINGS) {
				settings.add(setting + "=" + show(statement, setting));
			}
			this.environment.put("Server settings", String.join(", ", settings));
		}
		catch (SQLException ex) {
			throw new IllegalStateException("The server does not tell its settings", ex);
		}
	}

	private static String show(Statement statement, String setting) throws SQLException {
		try (ResultSet row = statement.executeQuery("SHOW " + setting)) {
			row.next();
			return row.getString(1);
		}
	}

	/**
	 * Adds a section and writes the files.
	 * @param section the section
	 */
	public void add(Section section) {
		this.sections.add(section);
		write();
	}

	/**
	 * Writes the files.
	 */
	public void write() {
		StringBuilder markdown = new StringBuilder("# ").append(this.title).append("\n\n| | |\n| --- | --- |\n");
		this.environment.forEach((what, value) -> markdown.append("| %s | %s |\n".formatted(what, value)));
		markdown.append('\n');
		Map<String, Object> raw = new LinkedHashMap<>();
		raw.put("environment", this.environment);
		for (Section section : this.sections) {
			markdown.append(section.markdown());
			raw.put(section.title(), section.raw());
		}
		try {
			Files.createDirectories(this.directory);
			Files.writeString(file(), markdown);
			Files.writeString(this.directory.resolve(this.name + ".json"),
					JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(raw) + "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The Markdown file.
	 * @return the file
	 */
	public Path file() {
		return this.directory.resolve(this.name + ".md");
	}

}
