package org.openjobspec.benchmarks.support;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One part of a report: prose and tables for people, raw numbers for programs.
 */
public final class Section {

	private final String title;

	private final StringBuilder markdown = new StringBuilder();

	private final Map<String, Object> raw = new LinkedHashMap<>();

	/**
	 * Starts a part.
	 * @param title its heading
	 */
	public Section(String title) {
		this.title = title;
		this.markdown.append("## ").append(title).append("\n\n");
	}

	/**
	 * Its heading.
	 * @return the heading
	 */
	public String title() {
		return this.title;
	}

	/**
	 * Adds a paragraph.
	 * @param paragraph Markdown without line breaks of its own
	 * @return this part
	 */
	public Section text(String paragraph) {
		this.markdown.append(paragraph).append("\n\n");
		return this;
	}

	/**
	 * Adds a table.
	 * @param header the names of its columns
	 * @param rows its rows, each as long as the header
	 * @return this part
	 */
	public Section table(List<String> header, List<List<String>> rows) {
		row(header);
		row(header.stream().map((name) -> "---").toList());
		rows.forEach(this::row);
		this.markdown.append('\n');
		return this;
	}

	private void row(List<String> cells) {
		List<String> escaped = new ArrayList<>();
		cells.forEach((cell) -> escaped.add(cell.replace("|", "\\|")));
		this.markdown.append("| ").append(String.join(" | ", escaped)).append(" |\n");
	}

	/**
	 * Keeps raw numbers.
	 * @param name what they are
	 * @param value numbers, strings, lists, maps or records of them
	 * @return this part
	 */
	public Section raw(String name, Object value) {
		this.raw.put(name, value);
		return this;
	}

	String markdown() {
		return this.markdown.toString();
	}

	Map<String, Object> raw() {
		return this.raw;
	}

}
