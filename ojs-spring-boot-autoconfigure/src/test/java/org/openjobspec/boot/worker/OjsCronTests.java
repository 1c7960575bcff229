package org.openjobspec.boot.worker;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.openjobspec.boot.job.CronJob;
import org.openjobspec.boot.job.CronOverlap;
import org.openjobspec.boot.job.CronRequest;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.mock.env.MockPropertySource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Tests of the annotation that makes the jobs of handlers periodic.
 */
@Timeout(60)
class OjsCronTests {

	private static List<CronRequest> crons(Class<?>... beans) {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.getEnvironment()
				.getPropertySources()
				.addFirst(new MockPropertySource().withProperty("report.cron", "0 6 * * *")
					.withProperty("report.zone", "Europe/Berlin")
					.withProperty("off", "-"));
			context.registerBean(HandlerRegistry.class,
					() -> new HandlerRegistry(context.getBeanFactory(), JsonMapper.shared()));
			context.register(beans);
			context.refresh();
			return context.getBean(HandlerRegistry.class).crons();
		}
	}

	@Nested
	class Reads {

		@Test
		void everyAttributeWithItsPlaceholders() {
			assertThat(crons(Detailed.class)).singleElement().satisfies((cron) -> {
				assertThat(cron.name()).isEqualTo("nightly");
				assertThat(cron.schedule()).hasToString("0 6 * * *");
				assertThat(cron.timezone().getId()).isEqualTo("Europe/Berlin");
				assertThat(cron.overlap()).isEqualTo(CronOverlap.CANCEL_PREVIOUS);
				assertThat(cron.enabled()).isNull();
				assertThat(cron.description()).isEqualTo("Before breakfast");
				assertThat(cron.job().type()).isEqualTo("report.generate");
				assertThat(cron.job().args()).isEqualTo("[{\"report\": \"daily\"}]");
			});
		}

		@Test
		void nothingMoreThanAnExpression() {
			assertThat(crons(Plain.class)).singleElement().satisfies((cron) -> {
				assertThat(cron.name()).isEqualTo("stock.count-all");
				assertThat(cron.schedule()).hasToString("@hourly");
				assertThat(cron.timezone().getId()).isEqualTo("UTC");
				assertThat(cron.overlap()).isEqualTo(CronOverlap.SKIP);
				assertThat(cron.description()).isNull();
				assertThat(cron.job().args()).isEqualTo("[]");
			});
		}

		@Test
		void annotationsThatCarryBoth() {
			assertThat(crons(Meta.class)).singleElement()
				.satisfies((cron) -> assertThat(cron.name()).isEqualTo("clean.up"));
		}

		@Test
		void aDashAsNothing() {
			assertThat(crons(Off.class)).isEmpty();
		}

	}

	@Nested
	class Refuses {

		@Test
		void anExpressionThatIsNone() {
			refuses(BadExpression.class, "in the field minute, 61 is not from 0 to 59");
		}

		@Test
		void noExpression() {
			refuses(NoExpression.class, "it is empty");
		}

		@Test
		void anAbbreviatedTimeZone() {
			refuses(BadTimeZone.class, "timezone must be 'UTC' or a name of the IANA database");
		}

		@Test
		void aBadName() {
			refuses(BadName.class, "name must consist of");
		}

		@Test
		void argumentsThatAreNoArray() {
			refuses(BadArguments.class, "args must be a JSON array");
		}

		@Test
		void aMethodThatIsNoHandler() {
			refuses(NoHandler.class, "it has @OjsCron and no @OjsHandler");
		}

		@Test
		void oneNameTwice() {
			refuses(SameName.class, "another periodic job has the name 'same'");
		}

		private void refuses(Class<?> bean, String problem) {
			assertThatExceptionOfType(InvalidHandlerException.class).isThrownBy(() -> crons(bean))
				.withMessageContaining(bean.getSimpleName() + ".handle(")
				.withMessageContaining(problem);
		}

	}

	@Test
	void theHandlerRunsAgainAndAgain() {
		Ticking handler = new Ticking();
		try (WorkerFixture node = new WorkerFixture(handler)) {
			node.engine().declareCrons("test", WorkerFixture.registry(handler).crons());
			node.start();
			await().atMost(Duration.ofSeconds(30)).until(() -> handler.seen.size() >= 3);
			CronJob cron = node.template().cronJob("tick").orElseThrow();
			assertThat(cron.runCount()).isGreaterThanOrEqualTo(3);
			assertThat(cron.job().queue()).isEqualTo("default");
			assertThat(handler.seen).containsOnly("tock");
			assertThat(node.template().deleteCron("tick").name()).isEqualTo("tick");
		}
	}

	static class Detailed {

		@OjsHandler("report.generate")
		@OjsCron(expression = "${report.cron}", name = "nightly", timezone = "${report.zone}",
				overlap = CronOverlap.CANCEL_PREVIOUS, description = "Before breakfast",
				args = "[{\"report\": \"daily\"}]")
		void handle(Object report) {
		}

	}

	static class Plain {

		@OjsHandler("stock.count_all")
		@OjsCron("@hourly")
		void handle() {
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@OjsHandler("clean.up")
	@OjsCron("@daily")
	@interface DailyCleaning {

	}

	static class Meta {

		@DailyCleaning
		void handle() {
		}

	}

	static class Off {

		@OjsHandler("off")
		@OjsCron("${off}")
		void handle() {
		}

	}

	static class BadExpression {

		@OjsHandler("bad")
		@OjsCron("61 * * * *")
		void handle() {
		}

	}

	static class NoExpression {

		@OjsHandler("bad")
		@OjsCron
		void handle() {
		}

	}

	static class BadTimeZone {

		@OjsHandler("bad")
		@OjsCron(value = "@daily", timezone = "EST")
		void handle() {
		}

	}

	static class BadName {

		@OjsHandler("bad")
		@OjsCron(value = "@daily", name = "Bad Name")
		void handle() {
		}

	}

	static class BadArguments {

		@OjsHandler("bad")
		@OjsCron(value = "@daily", args = "{}")
		void handle() {
		}

	}

	static class NoHandler {

		@OjsCron("@daily")
		void handle() {
		}

	}

	static class SameName {

		@OjsHandler("one")
		@OjsCron(value = "@daily", name = "same")
		void handle() {
		}

		@OjsHandler("two")
		@OjsCron(value = "@daily", name = "same")
		void handle(String argument) {
		}

	}

	static class Ticking {

		final Queue<String> seen = new ConcurrentLinkedQueue<>();

		@OjsHandler("tick")
		@OjsCron(expression = "* * * * * *", args = "[\"tock\"]")
		void handle(String word) {
			this.seen.add(word);
		}

	}

}
