package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.Job;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.exc.InvalidDefinitionException;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.MethodParameter;
import org.springframework.core.Nullness;

/**
 * A parameter of a handler.
 */
final class HandlerParameter {

	private final String name;

	private final Source source;

	private final JavaType type;

	private final ObjectReader reader;

	private final boolean optional;

	private final boolean refusesNull;

	private final boolean hasDefault;

	HandlerParameter(MethodParameter parameter, Class<?> handlerClass, JsonMapper mapper) {
		String discovered = parameter.getParameterName();
		this.name = (discovered != null) ? discovered : "arg" + parameter.getParameterIndex();
		this.type = mapper
			.constructType(GenericTypeResolver.resolveType(parameter.getGenericParameterType(), handlerClass));
		this.source = Source.of(parameter.getParameterType());
		// The parser stands inside of an array, so more tokens always follow.
		this.reader = mapper.readerFor(this.type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
		this.optional = parameter.isOptional() || absent() != null;
		// In Kotlin, what may be omitted need not be nullable.
		this.refusesNull = this.type.isPrimitive() || (absent() == null && !this.type.hasRawClass(JsonNode.class)
				&& Nullness.forMethodParameter(parameter) == Nullness.NON_NULL);
		Method method = Objects.requireNonNull(parameter.getMethod());
		this.hasDefault = KotlinDetector.isKotlinType(method.getDeclaringClass())
				&& KotlinCall.hasDefault(method, parameter.getParameterIndex());
		if (this.source == Source.ARGUMENT) {
			requireReadable();
		}
	}

	// Asks for the deserializer without having it make anything: of null nothing is made,
	// and of an abstract type nothing
	// can be.
	private void requireReadable() {
		probe("null");
		if (this.type.isAbstract() && !this.type.isPrimitive()) {
			probe("{}");
		}
	}

	private void probe(String json) {
		try {
			this.reader.without(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES).readValue(json);
		}
		catch (InvalidDefinitionException ex) {
			throw new IllegalArgumentException("its parameter '%s' of type %s cannot be read from JSON: %s"
				.formatted(this.name, describeType(), ex.getOriginalMessage()), ex);
		}
		catch (JacksonException ex) {
			// This value is not welcome, which says that others are.
		}
	}

	static boolean isArgument(Class<?> type) {
		return Source.of(type) == Source.ARGUMENT;
	}

	boolean takesArgument() {
		return this.source == Source.ARGUMENT;
	}

	Object ofContext(JobContext context) {
		return (this.source == Source.JOB) ? context.job() : context;
	}

	/**
	 * The value for an argument that the job does not have.
	 * @param given describes the arguments that are there
	 * @return the value, or the mark of one that is omitted
	 */
	@Nullable Object missing(String given) {
		if (this.hasDefault) {
			return HandlerCall.OMITTED;
		}
		if (!this.optional) {
			throw new InvalidArgumentsException("Argument for %s is missing: %s".formatted(describe(), given));
		}
		return absent();
	}

	private @Nullable Object absent() {
		Class<?> raw = this.type.getRawClass();
		if (raw == Optional.class) {
			return Optional.empty();
		}
		if (raw == OptionalInt.class) {
			return OptionalInt.empty();
		}
		if (raw == OptionalLong.class) {
			return OptionalLong.empty();
		}
		return (raw == OptionalDouble.class) ? OptionalDouble.empty() : null;
	}

	@Nullable Object read(JsonParser parser, int index) {
		if (parser.currentToken() == JsonToken.VALUE_NULL && this.refusesNull) {
			throw mismatch(index, "args[%d]".formatted(index), "null is not allowed", null);
		}
		try {
			return this.reader.readValue(parser);
		}
		catch (JacksonException ex) {
			throw mismatch(index, path(index, ex), ex.getOriginalMessage(), ex);
		}
		catch (RuntimeException ex) {
			throw mismatch(index, "args[%d]".formatted(index), String.valueOf(ex.getMessage()), ex);
		}
	}

	private InvalidArgumentsException mismatch(int index, String path, String reason, @Nullable Throwable cause) {
		// Names of members are the producer's, too.
		String summary = "Argument %d does not fit %s".formatted(index, describe());
		return new InvalidArgumentsException(summary, "%s at %s: %s".formatted(summary, path, reason), cause);
	}

	private static String path(int index, JacksonException ex) {
		StringBuilder path = new StringBuilder("args[").append(index).append(']');
		for (JacksonException.Reference step : ex.getPath()) {
			if (step.getPropertyName() != null) {
				path.append('.').append(step.getPropertyName());
			}
			else if (step.getIndex() >= 0) {
				path.append('[').append(step.getIndex()).append(']');
			}
		}
		return path.toString();
	}

	/**
	 * Describes the parameter.
	 * @return its name and type
	 */
	String describe() {
		return "parameter '%s' (%s)".formatted(this.name, describeType());
	}

	private String describeType() {
		return this.type.toCanonical();
	}

	@Override
	public String toString() {
		return this.type.getRawClass().getSimpleName() + " " + this.name;
	}

	private enum Source {

		ARGUMENT, CONTEXT, JOB;

		private static Source of(Class<?> type) {
			if (type == JobContext.class) {
				return CONTEXT;
			}
			return (type == Job.class) ? JOB : ARGUMENT;
		}

	}

}
