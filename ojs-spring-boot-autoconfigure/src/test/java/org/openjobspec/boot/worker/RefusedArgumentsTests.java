package org.openjobspec.boot.worker;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.ConstraintViolationException;
import jakarta.validation.Path;
import jakarta.validation.metadata.ConstraintDescriptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.core.MethodParameter;
import org.springframework.util.ReflectionUtils;
import org.springframework.validation.FieldError;
import org.springframework.validation.method.MethodValidationException;
import org.springframework.validation.method.MethodValidationResult;
import org.springframework.validation.method.ParameterErrors;
import org.springframework.validation.method.ParameterValidationResult;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.willReturn;
import static org.mockito.Mockito.mock;

/**
 * Tests for {@link RefusedArguments}.
 */
class RefusedArgumentsTests {

	private static final Method METHOD = Objects
		.requireNonNull(ReflectionUtils.findMethod(Handlers.class, "handle", Map.class));

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "name|name", "tags[3].name|tags[].name", "pins[4711].name|pins[].name",
					"prices[4711-pin].amount|prices[].amount", "prices[a]secret].amount|prices[].amount",
					"phones[4915112345678]|phones[]", "prices[0].x[secret].y[1].z|prices[].z",
					"list[0].<list element>|list[].<list element>" })
	void keysOfMapsAreNotQuoted(String field, String told) {
		InvalidArgumentsException refused = RefusedArguments.find(violation(field), METHOD, List.of());
		assertThat(refused).isNotNull();
		assertThat(refused.summary()).endsWith(" at " + told);
		assertThat(refused.getMessage()).endsWith(" at " + told);
	}

	@Test
	void aFieldThatIsNoneCannotBreakTheLine() {
		InvalidArgumentsException refused = RefusedArguments.find(violation("prices[0].a\nWARN forged"), METHOD,
				List.of());
		assertThat(refused).isNotNull();
		assertThat(refused.summary()).doesNotContain("\n", "forged");
	}

	@Test
	void violationsThatDoNotSayOfWhatAreFailuresLikeOthers() {
		Path empty = mock(Path.class);
		given(empty.iterator()).willReturn(List.<Path.Node>of().iterator());
		assertThat(RefusedArguments.find(thrown(null), METHOD, List.of())).isNull();
		assertThat(RefusedArguments.find(thrown(empty), METHOD, List.of())).isNull();
	}

	private static ConstraintViolationException thrown(@Nullable Path path) {
		ConstraintViolation<?> violation = mock(ConstraintViolation.class);
		given(violation.getPropertyPath()).willReturn(path);
		ConstraintDescriptor<?> constraint = mock(ConstraintDescriptor.class);
		willReturn(constraint).given(violation).getConstraintDescriptor();
		return new ConstraintViolationException(Set.of(violation));
	}

	private static MethodValidationException violation(String field) {
		MethodParameter parameter = new MethodParameter(METHOD, 0);
		FieldError error = new FieldError("argument", field, null, false, new String[] { "NotBlank" }, null, "blank");
		ParameterErrors errors = mock(ParameterErrors.class);
		given(errors.getMethodParameter()).willReturn(parameter);
		given(errors.getResolvableErrors()).willReturn(List.of(error));
		List<ParameterValidationResult> results = List.of(errors);
		MethodValidationResult result = MethodValidationResult.create(new Handlers(), METHOD, results);
		return new MethodValidationException(result);
	}

	static class Handlers {

		void handle(Map<String, String> argument) {
		}

	}

}
