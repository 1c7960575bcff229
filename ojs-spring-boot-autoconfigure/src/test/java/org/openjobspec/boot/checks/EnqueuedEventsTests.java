package org.openjobspec.boot.checks;

import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.TestDatabase.Database;
import org.openjobspec.boot.engine.EnqueueInterceptor;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.ReadOnlyTransactionException;
import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsEnqueue;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.PayloadApplicationEvent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.event.EventListener;
import org.springframework.context.event.SimpleApplicationEventMulticaster;
import org.springframework.core.ResolvableType;
import org.springframework.core.ResolvableTypeProvider;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

/**
 * Tests of events that become jobs, in an application with a worker and in one without.
 */
class EnqueuedEventsTests {

	private static final Database database = TestDatabase.fresh();

	private static final JdbcTemplate sql = new JdbcTemplate(database.dataSource());

	private static Node publisher;

	@BeforeAll
	static void start() {
		publisher = Node.plain(Application.class, database, "ojs.worker.enabled=false", "shop.queue=mail",
				"ojs.handlers.order.tracked.enabled=false");
		sql.execute("CREATE TABLE purchase (number text NOT NULL)");
	}

	@AfterAll
	static void stop() {
		publisher.close();
	}

	@BeforeEach
	void clear() {
		sql.execute("TRUNCATE ojs.job CASCADE");
		sql.execute("TRUNCATE ojs.ready, purchase");
	}

	private static List<String> types() {
		return sql.queryForList("SELECT type FROM ojs.jobs ORDER BY type", String.class);
	}

	private static List<String> args(String type) {
		return sql.queryForList("SELECT args::text FROM ojs.jobs WHERE type = ? ORDER BY id", String.class, type);
	}

	private static void publish(Object event) {
		publisher.bean(Shop.class).publish(event);
	}

	@Nested
	class AnEvent {

		@Test
		void becomesAJobOfEachHandlerThatListens() {
			publish(new OrderPlaced("o-1", 5));
			assertThat(types()).containsExactly("order.confirm", "order.count", "order.tracked");
			assertThat(args("order.confirm")).containsExactly("[{\"number\":\"o-1\",\"total\":5}]");
		}

		@Test
		void becomesAJobInThePublishersTransaction() {
			publisher.bean(Shop.class).place(new OrderPlaced("o-1", 5));
			assertThat(args("order.confirm")).hasSize(1);
			assertThat(sql.queryForObject("SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM purchase UNION ALL "
					+ "SELECT xmin FROM ojs.job WHERE type = 'order.confirm') x", Integer.class))
				.isEqualTo(1);
		}

		@Test
		void isGoneWithThePublishersTransaction() {
			assertThatIllegalStateException()
				.isThrownBy(() -> publisher.bean(Shop.class).placeAndFail(new OrderPlaced("o-1", 5)));
			assertThat(types()).isEmpty();
			assertThat(sql.queryForList("SELECT number FROM purchase")).isEmpty();
		}

		@Test
		void cannotBePublishedWhereNothingCanBeStored() {
			TransactionTemplate reading = new TransactionTemplate(publisher.bean(PlatformTransactionManager.class));
			reading.setReadOnly(true);
			assertThatExceptionOfType(ReadOnlyTransactionException.class)
				.isThrownBy(() -> reading.executeWithoutResult((status) -> publish(new OrderPlaced("o-1", 5))));
			assertThat(types()).isEmpty();
		}

		@Test
		void thatCannotBeWrittenFailsItsPublication() {
			assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> publish(new Unwritable()));
			assertThat(types()).isEmpty();
		}

		@Test
		void thatAListenerRefusesIsNotStored() {
			assertThatIllegalStateException().isThrownBy(() -> publish(new OrderPlaced("refused", 5)));
			assertThatIllegalStateException().isThrownBy(() -> publish(new InvoiceIssued("refused")));
			assertThat(types()).isEmpty();
		}

		@Test
		void whoseJobIsDroppedIsPublishedAllTheSame() {
			LogRecorder log = new LogRecorder();
			Logger logger = (Logger) LoggerFactory.getLogger(OjsEnqueue.class);
			logger.setLevel(Level.DEBUG);
			log.start();
			try {
				publish(new OrderPlaced("dropped", 5));
			}
			finally {
				log.stop();
				logger.setLevel(null);
			}
			assertThat(types()).isEmpty();
			assertThat(log.events()).extracting(ILoggingEvent::getFormattedMessage)
				.noneMatch((message) -> message.contains("became a job"));
		}

		@Test
		void ofASubclassIsHeardLikeItsParents() {
			publish(new Dispatched("p-1"));
			assertThat(types()).containsExactly("parcel.dispatched");
			publish(new ExpressDispatched("p-2"));
			assertThat(types()).containsExactly("express.dispatched", "parcel.dispatched", "parcel.dispatched");
			publish(new OvernightDispatched());
			assertThat(args("express.dispatched")).hasSize(2);
			assertThat(args("parcel.dispatched")).hasSize(3).anyMatch((args) -> args.contains("overnight"));
		}

		@Test
		void nobodyAsksForBecomesNoJob() {
			publish("a text");
			publish(new PayloadApplicationEvent<>(this, 7));
			assertThat(types()).isEmpty();
		}

		@Test
		void isUnwrapped() {
			publish(new PayloadApplicationEvent<>(this, new OrderPlaced("o-3", 1)));
			assertThat(args("order.confirm")).singleElement().asString().contains("o-3");
		}

		@Test
		void maySayWhatItsTypesVariableIs() {
			publish(new Created<>(new Customer("Ada")));
			assertThat(types()).containsExactly("customer.created");
			publish(new Created<>(new OrderPlaced("o-4", 1)));
			assertThat(types()).containsExactly("customer.created");
		}

		@Test
		void ofSpringsOldKindIsWrittenItself() {
			publish(new StockChanged(this, "tea"));
			assertThat(args("stock.changed")).containsExactly("[{\"product\":\"tea\"}]");
		}

		@Test
		void isStoredByItsPublishersThread_howeverOthersAreCalled() {
			SimpleApplicationEventMulticaster multicaster = publisher.bean(SimpleApplicationEventMulticaster.class);
			multicaster.setTaskExecutor(new SimpleAsyncTaskExecutor());
			try {
				publisher.bean(Shop.class).place(new OrderPlaced("o-5", 1));
				assertThat(args("order.confirm")).hasSize(1);
				assertThat(
						sql.queryForObject(
								"SELECT count(DISTINCT xmin::text) FROM (SELECT xmin FROM purchase "
										+ "UNION ALL SELECT xmin FROM ojs.job WHERE type = 'order.confirm') x",
								Integer.class))
					.isEqualTo(1);
			}
			finally {
				multicaster.setTaskExecutor(null);
			}
		}

	}

	@Nested
	class AnAnnotatedClass {

		@Test
		void needsNoHandlerHere() {
			publish(new InvoiceIssued("i-1"));
			assertThat(types()).containsExactly("invoice.issued");
			assertThat(queue("invoice.issued")).isEqualTo("mail");
		}

		@Test
		void andAHandlerOfTheSameTypeThatListensMakeOneJob() {
			publish(new Refunded("o-6"));
			assertThat(types()).containsExactly("order.refunded");
		}

		@Test
		void andAHandlerOfTheSameTypeMakeOneJob_howeverEachNamesTheType() {
			publish(new Returned("o-11"));
			assertThat(types()).containsExactly("order.returned");
		}

		@Test
		void withoutATypeFailsThePublication() {
			assertThatIllegalStateException().isThrownBy(() -> publish(new Nameless()))
				.withMessageContaining("Nameless")
				.withMessageContaining("type");
		}

	}

	@Nested
	class ACondition {

		@Test
		void decidesWhichEventsBecomeJobs() {
			publish(new OrderPlaced("o-7", 99));
			assertThat(types()).doesNotContain("order.large");
			publish(new OrderPlaced("o-8", 101));
			assertThat(args("order.large")).singleElement().asString().contains("o-8");
			assertThat(queue("order.large")).isEqualTo("large");
		}

		@Test
		void thatCannotBeEvaluatedFailsThePublication_andSaysWhoseItIs() {
			assertThatIllegalStateException().isThrownBy(() -> publish(new Weighed(null)))
				.withMessageContaining("Weighed")
				.withMessageContaining("parcel.weighed")
				.withMessageContaining("unit().length() > 1");
			assertThat(types()).isEmpty();
			publish(new Weighed("kg"));
			assertThat(types()).containsExactly("parcel.weighed");
		}

	}

	private static String queue(String type) {
		return Objects
			.requireNonNull(sql.queryForObject("SELECT queue FROM ojs.jobs WHERE type = ?", String.class, type));
	}

	@Test
	void aHandlerRunsOnAnotherNode_andAgainAfterAFailure() {
		publisher.bean(Shop.class).place(new OrderPlaced("o-9", 7));
		try (Node worker = Node.plain(Application.class, database)) {
			Handlers handlers = worker.bean(Handlers.class);
			await().until(() -> handlers.confirmed.contains("o-9 at attempt 2"));
			assertThat(publisher.bean(Handlers.class).confirmed).isEmpty();
			publish(new InvoiceIssued("i-2"));
			await().until(() -> handlers.confirmed.contains("i-2"));
		}
	}

	@Test
	void lazyInitializationChangesNothing() {
		try (Node lazy = Node.plain(Application.class, database, "ojs.worker.enabled=false",
				"spring.main.lazy-initialization=true")) {
			lazy.bean(Shop.class).publish(new OrderPlaced("o-10", 1));
			lazy.bean(Shop.class).publish(new InvoiceIssued("i-3"));
			assertThat(types()).contains("order.confirm", "invoice.issued");
		}
	}

	record OrderPlaced(String number, int total) {
	}

	static class Dispatched {

		public final String number;

		Dispatched(String number) {
			this.number = number;
		}

	}

	@OjsEnqueue("express.dispatched")
	static class ExpressDispatched extends Dispatched {

		ExpressDispatched(String number) {
			super(number);
		}

	}

	static class OvernightDispatched extends ExpressDispatched {

		OvernightDispatched() {
			super("overnight");
		}

	}

	@OjsEnqueue(type = "invoice.issued", queue = "${shop.queue:other}")
	record InvoiceIssued(String number) {
	}

	@OjsEnqueue("order.refunded")
	record Refunded(String number) {
	}

	@OjsEnqueue("${shop.returns:order.returned}")
	record Returned(String number) {
	}

	@OjsEnqueue(type = "parcel.weighed", condition = "unit().length() > 1")
	record Weighed(@Nullable String unit) {
	}

	@OjsEnqueue
	record Nameless() {
	}

	@OjsEnqueue("never.written")
	static class Unwritable {

		public Object getMyself() {
			return this;
		}

	}

	record Customer(String name) {
	}

	record Created<T>(T entity) implements ResolvableTypeProvider {

		@Override
		@JsonIgnore
		public ResolvableType getResolvableType() {
			return ResolvableType.forClassWithGenerics(getClass(), ResolvableType.forInstance(this.entity));
		}

	}

	@JsonIgnoreProperties({ "source", "timestamp" })
	static class StockChanged extends ApplicationEvent {

		private static final long serialVersionUID = 1L;

		private final String product;

		StockChanged(Object source, String product) {
			super(source);
			this.product = product;
		}

		@JsonCreator
		static StockChanged read(@JsonProperty("product") String product) {
			return new StockChanged("a job", product);
		}

		public String getProduct() {
			return this.product;
		}

	}

	static class Handlers {

		final ConcurrentLinkedQueue<String> confirmed = new ConcurrentLinkedQueue<>();

		@OjsHandler(type = "order.confirm", retry = @OjsRetry(initialInterval = "10ms"))
		@OjsEnqueue
		void confirm(OrderPlaced event, JobContext context) {
			if (context.attempt() == 1) {
				throw new IllegalStateException("not yet");
			}
			this.confirmed.add("%s at attempt %d".formatted(event.number(), context.attempt()));
		}

		@OjsHandler("order.count")
		@OjsEnqueue
		void count(OrderPlaced event) {
		}

		@OjsHandler("order.tracked")
		@OjsEnqueue
		void track(OrderPlaced event) {
		}

		@OjsHandler(type = "order.large", queue = "large")
		@OjsEnqueue(condition = "total() > 100 && #event.number() != null")
		void large(OrderPlaced event) {
		}

		@OjsHandler("parcel.dispatched")
		@OjsEnqueue
		void dispatched(Dispatched event) {
		}

		@OjsHandler("order.refunded")
		@OjsEnqueue
		void refund(Refunded event) {
		}

		@OjsHandler("order.returned")
		@OjsEnqueue
		void takeBack(Returned event) {
		}

		@OjsHandler("customer.created")
		@OjsEnqueue
		void created(Created<Customer> event) {
		}

		@OjsHandler("stock.changed")
		@OjsEnqueue
		void stock(StockChanged event) {
		}

		@OjsHandler(type = "invoice.issued", queue = "mail")
		void invoice(InvoiceIssued event) {
			this.confirmed.add(event.number());
		}

	}

	static class Shop {

		private final ApplicationEventPublisher publisher;

		private final JdbcTemplate sql;

		Shop(ApplicationEventPublisher publisher, JdbcTemplate sql) {
			this.publisher = publisher;
			this.sql = sql;
		}

		void publish(Object event) {
			this.publisher.publishEvent(event);
		}

		@Transactional
		void place(OrderPlaced event) {
			this.sql.update("INSERT INTO purchase VALUES (?)", event.number());
			this.publisher.publishEvent(event);
		}

		@Transactional
		void placeAndFail(OrderPlaced event) {
			place(event);
			throw new IllegalStateException("after publishing");
		}

		@EventListener
		void check(OrderPlaced event) {
			refuse(event.number());
		}

		@EventListener
		void check(InvoiceIssued event) {
			refuse(event.number());
		}

		private static void refuse(String number) {
			if (number.equals("refused")) {
				throw new IllegalStateException("refused");
			}
		}

	}

	@PlainApplication
	@Import({ Handlers.class, Shop.class })
	static class Application {

		@Bean
		EnqueueInterceptor dropping() {
			return (request) -> request.args().contains("dropped") ? null : request;
		}

		@Bean
		SimpleApplicationEventMulticaster applicationEventMulticaster() {
			return new SimpleApplicationEventMulticaster();
		}

	}

}
