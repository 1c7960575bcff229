package org.openjobspec.boot.store;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.BackoffStrategy;
import org.openjobspec.boot.job.JobError;
import org.openjobspec.boot.job.JobFailure;
import org.openjobspec.boot.job.JobOptions;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OnConflict;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.RetryPolicy;
import org.openjobspec.boot.job.TenantId;
import org.openjobspec.boot.job.UniquePolicy;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The columns that hold JSON of the store's own: a job's options and an attempt's error.
 * Uses a mapper of its own, since the host application may have changed its one.
 */
final class JobCodec {

	private static final TypeReference<Map<String, @Nullable Object>> MAP = new TypeReference<>() {
	};

	private static final JsonMapper mapper = JsonMapper.builder()
		.enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
		.build();

	private static final JobOptions NONE = new JobOptions(RetryPolicy.DEFAULT, null, null, null, null, null, List.of(),
			null, Map.of());

	// Whatever was taken as metadata can be read.
	private static final JsonFactory UNBOUNDED = JsonFactory.builder()
		.streamReadConstraints(StreamReadConstraints.builder()
			.maxNestingDepth(Integer.MAX_VALUE)
			.maxNumberLength(Integer.MAX_VALUE)
			.maxNameLength(Integer.MAX_VALUE)
			.maxStringLength(Integer.MAX_VALUE)
			.build())
		.build();

	private JobCodec() {
	}

	/**
	 * The tenant that metadata names; {@code null} if it names none. Most metadata is not
	 * even looked into.
	 */
	static @Nullable String readTenant(String meta) {
		if (!meta.contains(TenantId.META) && meta.indexOf('\\') < 0) {
			return null;
		}
		String tenant = null;
		try (JsonParser parser = UNBOUNDED.createParser(ObjectReadContext.empty(), meta)) {
			parser.nextToken();
			for (String name = parser.nextName(); name != null; name = parser.nextName()) {
				JsonToken value = parser.nextToken();
				if (name.equals(TenantId.META)) {
					tenant = (value == JsonToken.VALUE_STRING) ? parser.getString() : null;
				}
				parser.skipChildren();
			}
		}
		catch (JacksonException ex) {
			return null;
		}
		return (tenant != null && TenantId.isValid(tenant)) ? tenant : null;
	}

	/**
	 * What the column {@code options} holds; {@code null} for a job that asked for
	 * nothing.
	 */
	static @Nullable String write(JobOptions options) {
		ObjectNode node = mapper.createObjectNode();
		if (!options.retry().equals(RetryPolicy.DEFAULT)) {
			write(options.retry(), node.putObject("retry"));
		}
		if (options.unique() != null) {
			write(options.unique(), node.putObject("unique"));
		}
		if (!options.tags().isEmpty()) {
			ArrayNode tags = node.putArray("tags");
			options.tags().forEach(tags::add);
		}
		if (options.schema() != null) {
			node.put("schema", options.schema());
		}
		if (!options.attributes().isEmpty()) {
			ObjectNode attributes = node.putObject("attributes");
			options.attributes().forEach(attributes::put);
		}
		return node.isEmpty() ? null : mapper.writeValueAsString(node);
	}

	static void write(RetryPolicy retry, ObjectNode node) {
		node.put("max_attempts", retry.maxAttempts());
		node.put("initial_ms", retry.initialInterval().toMillis());
		node.put("coefficient", retry.backoffCoefficient());
		node.put("max_ms", retry.maxInterval().toMillis());
		node.put("jitter", retry.jitter());
		ArrayNode errors = node.putArray("non_retryable");
		retry.nonRetryableErrors().forEach(errors::add);
		node.put("on_exhaustion", retry.onExhaustion().name());
		node.put("strategy", retry.backoffStrategy().name());
	}

	private static void write(UniquePolicy unique, ObjectNode node) {
		ArrayNode dimensions = node.putArray("dimensions");
		unique.dimensions().stream().sorted().forEach(dimension -> dimensions.add(dimension.name()));
		ArrayNode args = node.putArray("args_keys");
		unique.argsKeys().forEach(args::add);
		ArrayNode meta = node.putArray("meta_keys");
		unique.metaKeys().forEach(meta::add);
		if (unique.period() != null) {
			node.put("period_ms", unique.period().toMillis());
		}
		ArrayNode states = node.putArray("states");
		unique.states().stream().sorted().forEach(state -> states.add(state.name()));
		node.put("on_conflict", unique.onConflict().name());
		node.put("lenient", unique.lenientArgsKeys());
	}

	static JobOptions read(@Nullable String options, @Nullable Duration timeout, @Nullable Duration visibilityTimeout,
			@Nullable Instant scheduledAt, @Nullable Instant expiresAt) {
		if (options == null) {
			return (timeout == null && visibilityTimeout == null && scheduledAt == null && expiresAt == null) ? NONE
					: new JobOptions(RetryPolicy.DEFAULT, null, timeout, visibilityTimeout, scheduledAt, expiresAt,
							List.of(), null, Map.of());
		}
		JsonNode node = mapper.readTree(options);
		Map<String, String> attributes = new LinkedHashMap<>();
		node.path("attributes")
			.properties()
			.forEach(entry -> attributes.put(entry.getKey(), entry.getValue().asString()));
		return new JobOptions(readRetry(node.get("retry")), readUnique(node.get("unique")), timeout, visibilityTimeout,
				scheduledAt, expiresAt, strings(node.path("tags")),
				node.hasNonNull("schema") ? node.get("schema").asString() : null, attributes);
	}

	static RetryPolicy readRetry(@Nullable JsonNode node) {
		if (node == null) {
			return RetryPolicy.DEFAULT;
		}
		return new RetryPolicy(node.get("max_attempts").asInt(), Duration.ofMillis(node.get("initial_ms").asLong()),
				node.get("coefficient").asDouble(), Duration.ofMillis(node.get("max_ms").asLong()),
				node.get("jitter").asBoolean(), strings(node.get("non_retryable")),
				OnExhaustion.valueOf(node.get("on_exhaustion").asString()),
				BackoffStrategy.valueOf(node.get("strategy").asString()));
	}

	private static @Nullable UniquePolicy readUnique(@Nullable JsonNode node) {
		if (node == null) {
			return null;
		}
		Set<UniquePolicy.Dimension> dimensions = EnumSet.noneOf(UniquePolicy.Dimension.class);
		strings(node.get("dimensions")).forEach(name -> dimensions.add(UniquePolicy.Dimension.valueOf(name)));
		Set<JobState> states = EnumSet.noneOf(JobState.class);
		strings(node.get("states")).forEach(name -> states.add(JobState.valueOf(name)));
		return new UniquePolicy(dimensions, strings(node.get("args_keys")), strings(node.get("meta_keys")),
				node.has("period_ms") ? Duration.ofMillis(node.get("period_ms").asLong()) : null, states,
				OnConflict.valueOf(node.get("on_conflict").asString()), node.get("lenient").asBoolean());
	}

	static List<String> strings(JsonNode array) {
		List<String> values = new ArrayList<>(array.size());
		array.forEach(element -> values.add(element.asString()));
		return values;
	}

	static String write(JobError error) {
		ObjectNode node = mapper.createObjectNode();
		node.put("type", error.type());
		node.put("code", error.code());
		node.put("message", error.message());
		if (error.retryable() != null) {
			node.put("retryable", error.retryable());
		}
		if (!error.details().isEmpty()) {
			node.set("details", mapper.valueToTree(error.details()));
		}
		if (!error.backtrace().isEmpty()) {
			ArrayNode backtrace = node.putArray("backtrace");
			error.backtrace().forEach(backtrace::add);
		}
		return mapper.writeValueAsString(node);
	}

	static JobError readError(String json) {
		JsonNode node = mapper.readTree(json);
		Map<String, @Nullable Object> details = node.has("details") ? mapper.convertValue(node.get("details"), MAP)
				: Map.of();
		return new JobError(node.path("type").asString(), node.path("code").asString(), node.path("message").asString(),
				node.has("retryable") ? node.get("retryable").asBoolean() : null, details,
				strings(node.path("backtrace")));
	}

	/** The error history as {@code JobReads} aggregates it. */
	static List<JobFailure> readFailures(String json) {
		List<JobFailure> failures = new ArrayList<>();
		for (JsonNode entry : mapper.readTree(json)) {
			failures.add(new JobFailure(entry.get(0).asInt(), OffsetDateTime.parse(entry.get(1).asString()).toInstant(),
					readError(entry.get(3).asString()),
					entry.get(2).isNull() ? null : Duration.ofMillis(entry.get(2).asLong())));
		}
		return failures;
	}

	static String writeMap(Map<String, @Nullable Object> map) {
		return mapper.writeValueAsString(map);
	}

	static Map<String, @Nullable Object> readMap(@Nullable String json) {
		return (json != null) ? mapper.readValue(json, MAP) : Map.of();
	}

}
