package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * Binds a job's arguments to a handler's parameters.
 */
final class HandlerArguments {

	private final JsonMapper mapper;

	private final List<HandlerParameter> parameters;

	HandlerArguments(JsonMapper mapper, List<HandlerParameter> parameters) {
		this.mapper = mapper;
		this.parameters = List.copyOf(parameters);
	}

	/**
	 * Binds. Reads the stored text token by token, so that no number loses digits on its
	 * way.
	 * @param context the attempt
	 * @return a value per parameter
	 * @throws InvalidArgumentsException if the arguments do not fit
	 */
	@Nullable Object[] bind(JobContext context) {
		@Nullable Object[] values = new @Nullable Object[this.parameters.size()];
		try (JsonParser parser = this.mapper.createParser(context.job().args())) {
			if (parser.nextToken() != JsonToken.START_ARRAY) {
				throw new InvalidArgumentsException("args is not a JSON array");
			}
			boolean more = true;
			int index = 0;
			for (int i = 0; i < values.length; i++) {
				HandlerParameter parameter = this.parameters.get(i);
				if (!parameter.takesArgument()) {
					values[i] = parameter.ofContext(context);
					continue;
				}
				more = more && parser.nextToken() != JsonToken.END_ARRAY;
				values[i] = more ? parameter.read(parser, index++) : parameter.missing(count(index));
			}
			requireEnd(parser, more, index);
			return values;
		}
		catch (JacksonException ex) {
			throw new InvalidArgumentsException("args cannot be read",
					"args cannot be read: " + ex.getOriginalMessage(), ex);
		}
	}

	/**
	 * Looks at what the method threw.
	 * @param thrown the exception
	 * @param method the method
	 * @return what is wrong with the arguments; {@code null} for an exception that has
	 * nothing to do with them
	 */
	@Nullable InvalidArgumentsException refused(Throwable thrown, Method method) {
		return RefusedArguments.find(thrown, method, this.parameters);
	}

	private void requireEnd(JsonParser parser, boolean more, int bound) {
		int given = bound;
		while (more && parser.nextToken() != JsonToken.END_ARRAY) {
			parser.skipChildren();
			given++;
		}
		if (given > bound) {
			throw new InvalidArgumentsException("Too many arguments: " + count(given));
		}
	}

	private String count(int given) {
		List<String> wanted = this.parameters.stream()
			.filter(HandlerParameter::takesArgument)
			.map(HandlerParameter::toString)
			.toList();
		return "the handler takes %d (%s) and the job has %d".formatted(wanted.size(),
				wanted.stream().collect(Collectors.joining(", ")), given);
	}

}
