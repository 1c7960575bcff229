package org.openjobspec.benchmarks.speed;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjobspec.benchmarks.speed.RecordedClaim.Claimed;
import org.openjobspec.benchmarks.speed.RecordedStatement.ArrayValue;
import org.openjobspec.benchmarks.speed.RecordedStatement.Setting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RecordedStatementsTest {

	private static final String WORKER = "somebody";

	private static RecordedStatement statement(Object... values) throws Exception {
		Method setter = PreparedStatement.class.getMethod("setObject", int.class, Object.class);
		List<Setting> settings = new ArrayList<>();
		for (Object value : values) {
			settings.add(Setting.of(setter, new Object[] { settings.size() + 1, value }));
		}
		return new RecordedStatement("SELECT 1", settings);
	}

	private static ArrayValue array(String type, Object... elements) {
		return ArrayValue.of(type, elements);
	}

	@Nested
	class AClaim {

		private static final long MARK = 4711;

		@Test
		void isKnownByItsWorkerLimitAndMark() throws Exception {
			assertThat(RecordedClaim.recognise(statement(WORKER, array("int8", 0L, MARK), 7), WORKER, 7, MARK))
				.isNotNull();
		}

		@Test
		void mayHaveItsMarkOutsideOfAnArray() throws Exception {
			assertThat(RecordedClaim.recognise(statement(array("text", WORKER), MARK, 7), WORKER, 7, MARK)).isNotNull();
		}

		@Test
		void isRefusedWithoutAMark() throws Exception {
			RecordedStatement statement = statement(WORKER, array("int8", 0L, 1L), 7);
			assertThatExceptionOfType(StatementShapeException.class)
				.isThrownBy(() -> RecordedClaim.recognise(statement, WORKER, 7, MARK))
				.withMessageContaining("mark 4711");
		}

		@Test
		void isRefusedWithoutALimit() throws Exception {
			RecordedStatement statement = statement(WORKER, array("int8", MARK), 8);
			assertThatExceptionOfType(StatementShapeException.class)
				.isThrownBy(() -> RecordedClaim.recognise(statement, WORKER, 7, MARK))
				.withMessageContaining("limit 7");
		}

	}

	@Nested
	class ACompletion {

		private final List<Claimed> jobs = List.of(new Claimed(new UUID(1, 1), 0, 1),
				new Claimed(new UUID(2, 2), 0, 1));

		private final ArrayValue ids = array("uuid", new UUID(2, 2), new UUID(1, 1));

		@Test
		void isKnownByItsIds() throws Exception {
			assertThat(RecordedCompletion.recognise(
					statement(this.ids, array("text", WORKER, WORKER), array("int4", 1, 1), array("text", null, null)),
					WORKER, this.jobs))
				.isNotNull();
		}

		@Test
		void isRefusedWithoutIds() throws Exception {
			RecordedStatement statement = statement(array("uuid", new UUID(2, 2)), WORKER);
			assertThatExceptionOfType(StatementShapeException.class)
				.isThrownBy(() -> RecordedCompletion.recognise(statement, WORKER, this.jobs))
				.withMessageContaining("ids");
		}

		@Test
		void isRefusedWithAnArrayOfWhichNothingIsKnown() throws Exception {
			RecordedStatement statement = statement(this.ids, array("text", "a", "b"));
			assertThatExceptionOfType(StatementShapeException.class)
				.isThrownBy(() -> RecordedCompletion.recognise(statement, WORKER, this.jobs))
				.withMessageContaining("known meaning");
		}

	}

	@Test
	void aChangedStatementLeavesTheRecordedOneAlone() throws Exception {
		RecordedStatement recorded = statement(WORKER, 7);
		RecordedStatement changed = recorded.with((value) -> Integer.valueOf(7).equals(value) ? (Object) 500 : value);
		assertThat(changed.settings()).extracting(Setting::value).containsExactly(WORKER, 500);
		assertThat(recorded.settings()).extracting(Setting::value).containsExactly(WORKER, 7);
	}

	@Test
	void whatCannotBeSetIsTold() throws Exception {
		assertThatExceptionOfType(SQLException.class).isThrownBy(() -> {
			PreparedStatement refusing = (PreparedStatement) Proxy.newProxyInstance(getClass().getClassLoader(),
					new Class<?>[] { PreparedStatement.class }, (proxy, method, arguments) -> {
						throw new SQLException("no");
					});
			statement(WORKER).apply(refusing);
		});
	}

}
