package org.openjobspec.boot.store;

import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a step's job is given of what came before it (ojs-workflows 7). Put together when
 * the job is fetched: a hundred jobs that follow the same ten thousand would otherwise
 * carry a copy each from the moment they are stored.
 */
public final class WorkflowResults {

	// From each job back along its chain, as many parts as are before it.
	private static final String SOURCES = """
			WITH RECURSIVE source AS (
			    SELECT s.job_id AS target, s.workflow_id, s.previous AS no, s.position AS place, s.position
			    FROM ojs.step s WHERE s.job_id = ANY (:ids::uuid[]) AND s.previous IS NOT NULL
			    UNION ALL
			    SELECT c.target, c.workflow_id, p.previous, c.place - 1, c.position
			    FROM source c JOIN ojs.step p ON p.workflow_id = c.workflow_id AND p.no = c.no
			    WHERE c.place > 1
			)
			SELECT target, workflow_id, no, place, position, NULL::text AS name FROM source
			UNION ALL
			SELECT s.job_id, s.workflow_id, d.no, d.ord::int, s.position, p.path
			FROM ojs.step s CROSS JOIN unnest(s.dependencies) WITH ORDINALITY AS d (no, ord)
			JOIN ojs.step p ON p.workflow_id = s.workflow_id AND p.no = d.no
			WHERE s.job_id = ANY (:ids::uuid[]) AND s.position = -2
			ORDER BY 4
			""";

	// A join results in what it stands for.
	private static final String VALUES = """
			WITH RECURSIVE part AS (
			    SELECT i.workflow_id, i.no FROM unnest(:workflows::uuid[], :nos::int[]) AS i (workflow_id, no)
			    UNION
			    SELECT s.workflow_id, d.no
			    FROM part p JOIN ojs.step s ON s.workflow_id = p.workflow_id AND s.no = p.no
			    CROSS JOIN unnest(CASE WHEN s.kind = 4 THEN ARRAY[s.position] ELSE s.dependencies END) AS d (no)
			    WHERE s.kind <> 1
			)
			SELECT s.workflow_id, s.no, s.kind, o.result,
			       CASE s.kind WHEN 1 THEN '{}'::int[] WHEN 4 THEN ARRAY[s.position] ELSE s.dependencies END AS parts
			FROM part p JOIN ojs.step s ON s.workflow_id = p.workflow_id AND s.no = p.no
			LEFT JOIN ojs.outcome o ON o.job_id = s.job_id
			""";

	private static final JsonMapper mapper = JsonMapper.shared();

	private final JdbcClient jdbc;

	WorkflowResults(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	private record Key(UUID workflow, int no) {
	}

	private record Source(UUID target, Key key, int position, @Nullable String name) {
	}

	private record Value(NewStep.Kind kind, @Nullable String result, List<Integer> parts) {
	}

	/**
	 * Reads what jobs are given.
	 * @param jobs the jobs
	 * @return JSON texts by job; a job that is missing has nothing before it
	 */
	public Map<UUID, String> read(Collection<UUID> jobs) {
		List<Source> sources = this.jdbc.sql(SOURCES)
			.param("ids", SqlArrays.uuids(jobs, (id) -> id))
			.query((row, number) -> new Source(row.getObject("target", UUID.class),
					new Key(row.getObject("workflow_id", UUID.class), row.getInt("no")), row.getInt("position"),
					row.getString("name")))
			.list();
		if (sources.isEmpty()) {
			return Map.of();
		}
		Map<Key, Value> values = values(sources);
		Map<UUID, List<Source>> byTarget = new HashMap<>();
		sources.forEach((source) -> byTarget.computeIfAbsent(source.target(), (id) -> new ArrayList<>()).add(source));
		// Many that were claimed together follow the same.
		Map<List<Key>, String> written = new HashMap<>();
		Map<UUID, String> results = new HashMap<>();
		byTarget.forEach((target, own) -> results.put(target, (own.get(0).name() != null) ? write(own, values)
				: written.computeIfAbsent(own.stream().map(Source::key).toList(), (keys) -> write(own, values))));
		return results;
	}

	private Map<Key, Value> values(List<Source> sources) {
		List<Key> keys = sources.stream().map(Source::key).distinct().toList();
		Map<Key, Value> values = new HashMap<>();
		this.jdbc.sql(VALUES)
			.param("workflows", SqlArrays.uuids(keys, Key::workflow))
			.param("nos", SqlArrays.integers(keys, Key::no))
			.query((row) -> {
				values.put(new Key(row.getObject("workflow_id", UUID.class), row.getInt("no")),
						new Value(Numbered.of(NewStep.Kind.values(), row.getInt("kind")), row.getString("result"),
								WorkflowSteps.integers(row, "parts")));
			});
		return values;
	}

	private static String write(List<Source> sources, Map<Key, Value> values) {
		StringWriter text = new StringWriter();
		try (JsonGenerator json = mapper.createGenerator(text)) {
			int position = sources.get(0).position();
			if (position == NewStep.RESULT_ITSELF) {
				write(json, sources.get(0).key(), values);
			}
			else if (position == NewStep.RESULTS_BY_NAME) {
				json.writeStartObject();
				sources.forEach((source) -> {
					json.writeName(String.valueOf(source.name()));
					write(json, source.key(), values);
				});
				json.writeEndObject();
			}
			else {
				json.writeStartArray();
				sources.forEach((source) -> write(json, source.key(), values));
				json.writeEndArray();
			}
		}
		return text.toString();
	}

	private static void write(JsonGenerator json, Key key, Map<Key, Value> values) {
		Value value = values.get(key);
		if (value == null) {
			json.writeNull();
			return;
		}
		switch (value.kind()) {
			case JOB -> {
				if (value.result() != null) {
					json.writeRawValue(value.result());
				}
				else {
					json.writeNull();
				}
			}
			case LIST -> {
				json.writeStartArray();
				value.parts().forEach((part) -> write(json, new Key(key.workflow(), part), values));
				json.writeEndArray();
			}
			case LAST, BATCH ->
				write(json, new Key(key.workflow(), value.parts().get(value.parts().size() - 1)), values);
		}
	}

}
