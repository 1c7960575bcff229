package org.openjobspec.boot.web;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.Page;
import org.openjobspec.boot.engine.SchemaDesk;
import org.openjobspec.boot.job.ArgumentSchema;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.NotFoundException;
import tools.jackson.core.JsonGenerator;

/**
 * The schemas of arguments: by type and version below {@code /admin}, as the suites and
 * ojs-job-versioning have it, and by URI below {@code /schemas}, as the SDKs and the HTTP
 * binding do.
 */
final class SchemaEndpoints {

	private static final Pattern URN = Pattern.compile("urn:ojs:schema:([^:]+):v([0-9.]+)");

	private final SchemaDesk desk;

	SchemaEndpoints(SchemaDesk desk) {
		this.desk = desk;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/admin/schemas", this::list),
				new Route("GET", "/admin/schemas/{type}", (call) -> versioned(200, read(call, null))),
				new Route("GET", "/admin/schemas/{type}/versions", this::versions),
				new Route("GET", "/admin/schemas/{type}/{version}",
						(call) -> versioned(200, read(call, call.variable(1)))),
				new Route("PUT", "/admin/schemas/{type}/{version}", this::put),
				new Route("DELETE", "/admin/schemas/{type}/{version}", this::delete),
				new Route("GET", "/schemas", this::list), new Route("POST", "/schemas", this::post),
				new Route("GET", "/schemas/{uri}", (call) -> named(200, byUriOrType(call))),
				new Route("DELETE", "/schemas/{uri}", this::deleteByUri),
				new Route("GET", "/schemas/{type}/versions", this::versions),
				new Route("GET", "/schemas/{type}/{version}", (call) -> named(200, read(call, call.variable(1)))),
				new Route("DELETE", "/schemas/{type}/{version}", this::delete));
	}

	private ArgumentSchema read(Call call, @Nullable String version) {
		return this.desk.read(call.variable(0), version);
	}

	private Answer put(Call call) {
		JsonObject body = call.body();
		return versioned(201,
				this.desk.register(call.variable(0), call.variable(1), body.string("uri"), document(body)));
	}

	private Answer post(Call call) {
		JsonObject body = call.body();
		String uri = body.string("uri");
		Matcher urn = URN.matcher((uri != null) ? uri : "");
		boolean speaking = urn.matches();
		String type = body.string("type", "job_type");
		JsonValue version = body.get("version");
		if (type == null) {
			type = speaking ? urn.group(1) : body.require("type").asString();
		}
		String number = (version != null) ? version(version)
				: speaking ? urn.group(2) : body.require("version").asString();
		return named(201, this.desk.register(type, number, uri, document(body)));
	}

	// A number in the HTTP binding, a string in the registry's own specification.
	private static String version(JsonValue version) {
		return version.isNumber() ? version.json() : version.asString();
	}

	private static String document(JsonObject body) {
		JsonValue schema = body.require("schema", "args_schema");
		if (schema.asObject().names().isEmpty()) {
			throw InvalidRequestException.field("schema", "schema must say something");
		}
		return schema.json();
	}

	private ArgumentSchema byUriOrType(Call call) {
		String name = call.variable(0);
		return this.desk.find(name).orElseGet(() -> this.desk.read(name, null));
	}

	private Answer deleteByUri(Call call) {
		String uri = call.variable(0);
		Optional<ArgumentSchema> schema = this.desk.find(uri);
		ArgumentSchema found = schema.orElseThrow(() -> new NotFoundException("schema", uri));
		return delete(found.type(), found.version(), found.uri());
	}

	private Answer delete(Call call) {
		return delete(call.variable(0), call.variable(1), null);
	}

	private Answer delete(String type, String version, @Nullable String uri) {
		this.desk.delete(type, version);
		return Answer.ok((json) -> {
			json.writeBooleanProperty("deleted", true);
			json.writeStringProperty("type", type);
			json.writeStringProperty("version", version);
			Values.text(json, "uri", uri);
		});
	}

	private Answer list(Call call) {
		Paging paging = Paging.of(call);
		Page<ArgumentSchema> page = this.desk.list(paging.limit(), paging.offset());
		return Answer.ok((json) -> {
			Values.objects(json, "schemas", page.items(), (schema) -> about(json, schema));
			paging.write(json, page.total(), page.hasMore());
		});
	}

	private Answer versions(Call call) {
		List<ArgumentSchema> versions = this.desk.versions(call.variable(0));
		return Answer.ok((json) -> {
			json.writeStringProperty("type", versions.get(0).type());
			Values.objects(json, "versions", versions, (schema) -> {
				about(json, schema);
				json.writeBooleanProperty("is_latest", schema.equals(versions.get(0)));
			});
		});
	}

	/** Bare; a version of one number is a number, as the suites compare it. */
	private static Answer versioned(int status, ArgumentSchema schema) {
		return Answer.of(status, (json) -> {
			json.writeStringProperty("uri", schema.uri());
			json.writeStringProperty("type", schema.type());
			if (schema.version().indexOf('.') < 0) {
				json.writeNumberProperty("version", Long.parseLong(schema.version()));
			}
			else {
				json.writeStringProperty("version", schema.version());
			}
			Values.time(json, "created_at", schema.createdAt());
			Values.raw(json, "schema", schema.document());
		});
	}

	/**
	 * The version as a string, which Go and Rust want, and all once more as
	 * {@code schema}, where JS and Go look; Rust finds that in the place of the document.
	 */
	private static Answer named(int status, ArgumentSchema schema) {
		return Answer.of(status, (json) -> {
			about(json, schema);
			json.writeName("schema");
			json.writeStartObject();
			about(json, schema);
			Values.raw(json, "schema", schema.document());
			json.writeEndObject();
		});
	}

	private static void about(JsonGenerator json, ArgumentSchema schema) {
		json.writeStringProperty("uri", schema.uri());
		json.writeStringProperty("type", schema.type());
		json.writeStringProperty("job_type", schema.type());
		json.writeStringProperty("version", schema.version());
		Values.time(json, "created_at", schema.createdAt());
	}

}
