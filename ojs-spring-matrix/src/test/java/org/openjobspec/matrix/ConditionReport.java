package org.openjobspec.matrix;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What {@code --debug} prints of the conditions of auto-configurations.
 *
 * @param positive what has matched, with the reasons
 * @param negative what has not matched, with the reasons
 */
record ConditionReport(Map<String, List<String>> positive, Map<String, List<String>> negative) {

	static ConditionReport read(String log) {
		Map<String, List<String>> positive = new LinkedHashMap<>();
		Map<String, List<String>> negative = new LinkedHashMap<>();
		Map<String, List<String>> section = null;
		List<String> reasons = new ArrayList<>();
		for (String line : log.lines().toList()) {
			if (line.startsWith("Positive matches:")) {
				section = positive;
			}
			else if (line.startsWith("Negative matches:")) {
				section = negative;
			}
			else if (line.startsWith("Exclusions:")) {
				section = null;
			}
			else if (section != null && line.startsWith("   ") && line.charAt(3) != ' ') {
				reasons = new ArrayList<>();
				section.put(line.strip().replaceFirst(" matched:$|:$", ""), reasons);
			}
			else if (section != null && line.matches(" {6,9}- .*")) {
				reasons.add(line.strip());
			}
		}
		return new ConditionReport(positive, negative);
	}

	/**
	 * Those of our auto-configurations that have matched.
	 * @return simple names and reasons
	 */
	Map<String, List<String>> ownPositive() {
		return own(this.positive);
	}

	/**
	 * Those of our auto-configurations that have not matched.
	 * @return simple names and reasons
	 */
	Map<String, List<String>> ownNegative() {
		return own(this.negative);
	}

	private static Map<String, List<String>> own(Map<String, List<String>> matches) {
		return matches.entrySet()
			.stream()
			.filter((match) -> match.getKey().matches("Ojs\\w*AutoConfiguration"))
			.collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
	}

}
