package org.openjobspec.boot.engine;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks JSON against JSON Schema, draft 2020-12 unless a schema says otherwise. The only
 * class that knows the validator, which an application need not have: nobody may load
 * this class without it.
 */
final class SchemaChecker {

	private static final int MAX_PROBLEMS = 20;

	private static final int MAX_COMPILED = 500;

	private static final Pattern DRAFTS = Pattern.compile("https?://json-schema\\.org/draft.*");

	private final JsonMapper mapper = JsonMapper.shared();

	private final SchemaRegistry newest = registry(SpecificationVersion.DRAFT_2020_12);

	private final SchemaRegistry earlier = registry(SpecificationVersion.DRAFT_2019_09);

	// By their text, so that it does not matter when a schema is deleted and another one
	// takes its name.
	private final Map<String, Schema> compiled = new ConcurrentHashMap<>();

	// A schema comes from a client: it may refer to itself and to the drafts, not to
	// whatever the network or the class path has.
	private static SchemaRegistry registry(SpecificationVersion version) {
		SchemaRegistryConfig config = SchemaRegistryConfig.builder().locale(Locale.ROOT).build();
		return SchemaRegistry.withDefaultDialect(version, (builder) -> builder.schemaRegistryConfig(config)
			.schemaLoader((loader) -> loader.allow((iri) -> DRAFTS.matcher(String.valueOf(iri)).matches())));
	}

	/**
	 * Something that does not fit.
	 *
	 * @param path where, a JSON pointer; empty for the whole
	 * @param message what
	 */
	record Problem(String path, String message) {

		private static Problem of(Error error) {
			return new Problem(error.getInstanceLocation().toString(), error.getMessage());
		}

	}

	/**
	 * Looks whether a document is a schema.
	 * @param document JSON text
	 * @return what is wrong with it; empty if nothing is
	 */
	List<Problem> problems(String document) {
		try {
			String draft = draft(document);
			List<Problem> problems = (draft == null && isEarlier(document)) ? List.of()
					: misuse((draft != null) ? draft : SpecificationVersion.DRAFT_2020_12.getDialectId(), document);
			if (problems.isEmpty()) {
				// References are followed only now.
				compile(document).initializeValidators();
			}
			return problems;
		}
		catch (RuntimeException ex) {
			// An unknown draft, a reference that leads nowhere, a pattern that is none.
			return List.of(new Problem("", String.valueOf(ex.getMessage())));
		}
	}

	/**
	 * Checks a value.
	 * @param document a schema
	 * @param value JSON text
	 * @return what does not fit, the first few; empty if it fits
	 */
	List<Problem> check(String document, String value) {
		// A bound guards against schemas that come and go.
		if (this.compiled.size() > MAX_COMPILED && !this.compiled.containsKey(document)) {
			this.compiled.clear();
		}
		return problems(this.compiled.computeIfAbsent(document, this::compile).validate(value, InputFormat.JSON));
	}

	private Schema compile(String document) {
		boolean old = draft(document) == null && isEarlier(document);
		return (old ? this.earlier : this.newest).getSchema(document);
	}

	private @Nullable String draft(String document) {
		JsonNode draft = this.mapper.readTree(document).get("$schema");
		return (draft != null) ? draft.asString("") : null;
	}

	/**
	 * Whether a schema that names no draft is written for the one before: the public
	 * suites list the schemas of an array's elements under {@code items}, as that one had
	 * it.
	 */
	private boolean isEarlier(String document) {
		return !misuse(SpecificationVersion.DRAFT_2020_12.getDialectId(), document).isEmpty()
				&& misuse(SpecificationVersion.DRAFT_2019_09.getDialectId(), document).isEmpty();
	}

	// What a draft, which is a schema of schemas, says of the document.
	private List<Problem> misuse(String draft, String document) {
		return problems(this.newest.getSchema(SchemaLocation.of(draft)).validate(document, InputFormat.JSON));
	}

	private static List<Problem> problems(List<Error> errors) {
		return errors.stream().limit(MAX_PROBLEMS).map(Problem::of).toList();
	}

}
