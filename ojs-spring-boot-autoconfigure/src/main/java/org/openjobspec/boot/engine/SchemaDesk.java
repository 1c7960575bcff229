package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.ArgumentSchema;
import org.openjobspec.boot.job.ConflictException;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.store.NewJob;
import org.openjobspec.boot.store.Store;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.util.ClassUtils;

/**
 * Keeps the schemas of arguments (ojs-schema-registry), and checks the arguments of jobs
 * that name one (ojs-core 5.2). Jobs that name none are not checked, whatever is
 * registered for their type.
 */
public final class SchemaDesk {

	private static final Logger logger = LoggerFactory.getLogger(SchemaDesk.class);

	private static final String LIBRARY = "com.networknt:json-schema-validator";

	private static final Pattern VERSION = Pattern.compile("(?:0|[1-9]\\d{0,8})(?:\\.(?:0|[1-9]\\d{0,8})){0,2}");

	/** The form that ojs-core 5.2 recommends, and that a schema gets by default. */
	private static final Pattern URN = Pattern.compile("urn:ojs:schema:[^:]+:v[0-9.]+");

	private static final int MAX_URI = 512;

	private final Store store;

	private final boolean checking;

	private final AtomicBoolean warned = new AtomicBoolean();

	private @Nullable SchemaChecker checker;

	SchemaDesk(Store store) {
		this(store, ClassUtils.isPresent("com.networknt.schema.SchemaRegistry", SchemaDesk.class.getClassLoader()));
	}

	SchemaDesk(Store store, boolean checking) {
		this.store = store;
		this.checking = checking;
	}

	private synchronized SchemaChecker checker() {
		SchemaChecker current = this.checker;
		if (current == null) {
			current = new SchemaChecker();
			this.checker = current;
		}
		return current;
	}

	/**
	 * Whether schemas and arguments are checked, for which the application must have
	 * {@code com.networknt:json-schema-validator}. Without it schemas are kept as they
	 * come, and arguments are not looked at.
	 * @return whether they are
	 */
	public boolean checking() {
		return this.checking;
	}

	/**
	 * Registers a schema. What is registered never changes.
	 * @param type the type of the jobs
	 * @param version one to three numbers, such as {@code 2} or {@code 2.1.0}
	 * @param uri the name that jobs give; {@code null} for
	 * {@code urn:ojs:schema:<type>:v<version>}
	 * @param document the schema, JSON text
	 * @return the schema
	 * @throws ConflictException if the version or the name is taken
	 * @throws InvalidRequestException if the document is not a schema, or type, version
	 * or name is not one
	 */
	public ArgumentSchema register(String type, String version, @Nullable String uri, String document) {
		JobRequest.checkType(type);
		List<Integer> precedence = precedence(version);
		String name = (uri != null) ? checkUri(uri) : "urn:ojs:schema:%s:v%s".formatted(type, version);
		if (this.checking) {
			checkSchema(document);
		}
		return this.store.transactions()
			.writeOnce("register the schema", name,
					() -> this.store.schemas().register(type, version, precedence, name, document))
			.orElseThrow(() -> this.store.schemas().find(List.of(name)).isEmpty()
					? ConflictException.exists("schema", label(type, version))
					: ConflictException.exists("schema", name));
	}

	private static List<Integer> precedence(String version) {
		if (!VERSION.matcher(version).matches()) {
			throw InvalidRequestException.field("version",
					"version must be one to three numbers such as '2' or '2.1.0', and is '%s'"
						.formatted((version.length() <= 64) ? version : version.substring(0, 64) + "…"));
		}
		return Arrays.stream(version.split("\\.")).map(Integer::valueOf).toList();
	}

	private static String checkUri(String uri) {
		if (uri.isEmpty() || uri.length() > MAX_URI || uri.chars().anyMatch((c) -> c <= ' ' || c == 0x7F)) {
			throw InvalidRequestException.field("uri",
					"uri must have from 1 to %d characters and no white space".formatted(MAX_URI));
		}
		return uri;
	}

	private void checkSchema(String document) {
		List<SchemaChecker.Problem> problems = checker().problems(document);
		if (!problems.isEmpty()) {
			throw InvalidRequestException.field("schema",
					"schema is not a JSON Schema: " + text("schema", problems.get(0)));
		}
	}

	private static String text(String root, SchemaChecker.Problem problem) {
		return "at %s%s: %s".formatted(root, problem.path(), problem.message());
	}

	private static String label(String type, @Nullable String version) {
		return (version != null) ? type + '@' + version : type;
	}

	/**
	 * Reads a schema.
	 * @param type the type of the jobs
	 * @param version the version; {@code null} for the highest
	 * @return the schema
	 * @throws NotFoundException if there is none
	 */
	public ArgumentSchema read(String type, @Nullable String version) {
		return this.store.schemas()
			.find(type, version)
			.orElseThrow(() -> new NotFoundException("schema", label(type, version)));
	}

	/**
	 * Reads a schema by its name.
	 * @param uri the name
	 * @return the schema, or nothing
	 */
	public Optional<ArgumentSchema> find(String uri) {
		return Optional.ofNullable(this.store.schemas().find(List.of(uri)).get(uri));
	}

	/**
	 * Lists the versions of a type's schema.
	 * @param type the type of the jobs
	 * @return the schemas, the highest version first
	 * @throws NotFoundException if there are none
	 */
	public List<ArgumentSchema> versions(String type) {
		List<ArgumentSchema> versions = this.store.schemas().versions(type);
		if (versions.isEmpty()) {
			throw new NotFoundException("schema", type);
		}
		return versions;
	}

	/**
	 * Lists all schemas.
	 * @param limit how many at most, 1 to 1000
	 * @param offset how many to pass over
	 * @return the schemas by type, the highest version first
	 */
	public Page<ArgumentSchema> list(int limit, int offset) {
		Page.check(limit, offset);
		return new Page<>(this.store.schemas().list(limit, offset), this.store.schemas().count(), limit, offset);
	}

	/**
	 * Deletes a schema. Jobs that are stored already are not concerned.
	 * @param type the type of the jobs
	 * @param version its version
	 * @throws NotFoundException if there is none
	 */
	public void delete(String type, String version) {
		String label = label(type, version);
		if (!this.store.transactions()
			.writeOnce("delete the schema", label, () -> this.store.schemas().delete(type, version))) {
			throw new NotFoundException("schema", label);
		}
	}

	/**
	 * Checks the arguments of jobs that name a schema. A name of our own form that nobody
	 * has registered is a mistake; any other may mean a schema that is kept elsewhere.
	 * @param jobs the jobs; those whose arguments do not fit are refused
	 */
	void check(Batch jobs) {
		Set<String> uris = new LinkedHashSet<>();
		jobs.forEach((place, job) -> {
			String uri = job.options().schema();
			if (uri != null) {
				uris.add(uri);
			}
		});
		if (uris.isEmpty()) {
			return;
		}
		if (!this.checking) {
			if (this.warned.compareAndSet(false, true)) {
				logger.warn("Jobs name schemas ({}), and their arguments are not checked: the application lacks {}. "
						+ "This is logged once.", uris, LIBRARY);
			}
			return;
		}
		Map<String, ArgumentSchema> schemas = this.store.schemas().find(uris);
		jobs.forEach((place, job) -> {
			String uri = job.options().schema();
			if (uri != null) {
				try {
					check(job, uri, schemas.get(uri));
				}
				catch (InvalidRequestException ex) {
					jobs.refuse(place, ex);
				}
			}
		});
	}

	private void check(NewJob job, String uri, @Nullable ArgumentSchema schema) {
		if (schema == null) {
			if (URN.matcher(uri).matches()) {
				throw InvalidRequestException.schema(
						"The schema %s of job '%s' is not registered".formatted(uri, job.type()),
						Map.of("field", "schema", "schema", uri));
			}
			return;
		}
		List<SchemaChecker.Problem> problems = checker().check(schema.document(), job.args());
		if (problems.isEmpty()) {
			return;
		}
		List<String> all = new ArrayList<>();
		problems.forEach((problem) -> all.add(text("args", problem)));
		String more = (all.size() > 1) ? " (and %d more)".formatted(all.size() - 1) : "";
		throw InvalidRequestException.schema(
				"The arguments of job '%s' do not fit the schema %s %s%s".formatted(job.type(), uri, all.get(0), more),
				Map.of("field", "args", "schema", uri, "path", problems.get(0).path(), "validation_errors",
						List.copyOf(all)));
	}

}
