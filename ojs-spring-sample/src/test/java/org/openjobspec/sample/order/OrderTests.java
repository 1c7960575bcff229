package org.openjobspec.sample.order;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.WorkflowState;
import org.openjobspec.sample.ShopTest;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.HttpServerErrorException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.openjobspec.boot.test.OjsAssertions.assertThat;

/**
 * Tests of orders, from the request to the parcel.
 */
class OrderTests extends ShopTest {

	@Autowired
	private OrderService orders;

	@Autowired
	private OjsTemplate jobs;

	@Autowired
	private JdbcClient jdbc;

	@AfterEach
	void providerIsUp() {
		provider("up");
	}

	@Test
	void anOrderIsStoredWithItsPayment() {
		Order order = place("""
				{"article":"mug","quantity":2,"email":"ada@example.com"}""");
		assertThat(order.status()).isEqualTo(OrderStatus.PLACED);
		assertThat(this.ojs).hasEnqueued("payment.charge").withArgs(order.number(), 2800).withPriority(0).once();
	}

	private Order place(String wish) {
		Order order = post("/orders", wish).expectStatus()
			.isCreated()
			.expectBody(Order.class)
			.returnResult()
			.getResponseBody();
		return this.orders.find(Objects.requireNonNull(order).number()).orElseThrow();
	}

	@Test
	void anOrderIsPaidConfirmedShippedAndRecorded() {
		Order order = place("""
				{"article":"mug","email":"ada@example.com"}""");
		assertThat(this.ojs.drain()).extracting(Job::type)
			.startsWith("payment.charge")
			.endsWith("sale.record")
			.containsExactlyInAnyOrder("payment.charge", "email.send", "label.print", "parcel.ship", "sale.record");
		assertThat(this.ojs).hasNothingLeftToDo();
		assertThat(this.ojs).hasEnqueued("email.send").withArgs("ada@example.com", "receipt").job().isCompleted();
		isShippedOnce(order);
	}

	private void isShippedOnce(Order order) {
		assertThat(this.orders.find(order.number())).map(Order::status).hasValue(OrderStatus.SHIPPED);
		assertThat(count("SELECT count(*) FROM parcel WHERE order_number = ?", order.number())).isOne();
		assertThat(count("SELECT cents FROM sale WHERE order_number = ?", order.number())).isEqualTo(order.cents());
	}

	private long count(String sql, Object... params) {
		return this.jdbc.sql(sql).params(params).query(Long.class).single();
	}

	@Test
	void anOrderOfMoreThanThereIsLeavesNothingBehind() {
		long before = count("SELECT count(*) FROM customer_order");
		post("/orders", """
				{"article":"teapot","quantity":4,"email":"ada@example.com"}""").expectStatus()
			.isEqualTo(409)
			.expectBody()
			.jsonPath("$.reason")
			.isEqualTo("4 × Teapot were ordered, 3 are left");
		assertThat(this.ojs).hasNoJobs();
		assertThat(count("SELECT count(*) FROM ojs.workflow")).isZero();
		assertThat(count("SELECT count(*) FROM customer_order")).isEqualTo(before);
		assertThat(count("SELECT stock FROM article WHERE sku = 'teapot'")).isEqualTo(3);
	}

	@ParameterizedTest
	@ValueSource(strings = { """
			{"article":"piano","email":"ada@example.com"}""", """
			{"article":"mug","quantity":0,"email":"ada@example.com"}""", """
			{"article":"mug","quantity":10001,"email":"ada@example.com"}""", """
			{"article":"mug"}""", """
			{"email":"ada@example.com"}""" })
	void anOrderThatNobodyCanMeanIsRefused(String wish) {
		post("/orders", wish).expectStatus().isBadRequest().expectBody().jsonPath("$.reason").exists();
		assertThat(this.ojs).hasNoJobs();
	}

	@Test
	void aPaymentThatFailsIsTriedAgain() {
		provider("flaky");
		Order order = place("""
				{"article":"mug","email":"ada@example.com"}""");
		this.ojs.drain();
		assertThat(this.ojs).hasEnqueued("payment.charge")
			.job()
			.isRetryable()
			.hasAttempts(1)
			.hasFailedWith(HttpServerErrorException.ServiceUnavailable.class)
			.hasFailureMessageContaining("the payment provider is not there");
		assertThat(this.orders.find(order.number())).map(Order::status).hasValue(OrderStatus.PLACED);
		this.ojs.advance(Duration.ofSeconds(5));
		this.ojs.drain();
		assertThat(this.ojs).hasEnqueued("payment.charge").job().isCompleted().hasAttempts(2);
		isShippedOnce(order);
		client().get()
			.uri("/orders/latest")
			.exchange()
			.expectBody()
			.jsonPath("$.number")
			.isEqualTo((int) order.number())
			.jsonPath("$.jobs[0].attempt")
			.isEqualTo(2)
			.jsonPath("$.jobs[0].errors.length()")
			.isEqualTo(1)
			.jsonPath("$.jobs.length()")
			.isEqualTo(5);
	}

	@Test
	void anOrderGoesOnWhenItsPaymentComesBackFromTheDeadLetter() {
		provider("down");
		Order order = place("""
				{"article":"mug","email":"ada@example.com"}""");
		Job payment = failForGood();
		assertThat(this.jobs.getWorkflow(order.workflow())).map((workflow) -> workflow.state())
			.hasValue(WorkflowState.FAILED);
		provider("up");
		post("/api/v1/dead-letter/" + payment.id() + "/retry", "").expectStatus().isOk();
		this.ojs.drain();
		assertThat(this.ojs).job(payment).isCompleted();
		isShippedOnce(order);

		// A payment may run again when a node dies at the wrong moment.
		this.orders.paid(order.number());
		this.ojs.drain();
		assertThat(this.ojs).hasEnqueued("parcel.ship").once();
		isShippedOnce(order);
	}

	private Job failForGood() {
		for (int attempt = 1; attempt <= 3; attempt++) {
			this.ojs.drain();
			this.ojs.advance(Duration.ofMinutes(1));
		}
		Job payment = this.ojs.all("payment.charge").get(0);
		assertThat(this.ojs).job(payment).isDeadLettered().hasAttempts(3);
		assertThat(this.ojs.all("email.send")).isEmpty();
		assertThat(this.ojs.all("label.print")).isEmpty();
		return payment;
	}

	@Test
	void aRefusedCardIsNotTriedAgain() {
		place("""
				{"article":"poster","quantity":42,"email":"ada@example.com"}""");
		this.ojs.drain();
		assertThat(this.ojs).hasEnqueued("payment.charge")
			.job()
			.isDeadLettered()
			.hasAttempts(1)
			.hasFailedWith(HttpClientErrorException.class);
	}

	@Test
	void theLabelOfAnExpressOrderIsPrintedBeforeOthers() {
		List<Order> placed = Stream.of("false", "false", "true").map((express) -> place("""
				{"article":"mug","email":"ada@example.com","express":%s}""".formatted(express))).toList();
		assertThat(this.ojs).hasEnqueued("payment.charge").withPriority(50).once();
		this.ojs.drain();
		Job first = this.ojs.all("label.print")
			.stream()
			.min((one, other) -> other.priority() - one.priority())
			.orElseThrow();
		assertThat(first.args()).isEqualTo("[" + placed.get(2).number() + "]");
		assertThat(this.ojs.all("label.print")).allMatch((label) -> label.state() == JobState.COMPLETED)
			.allMatch((label) -> label.equals(first)
					|| Objects.requireNonNull(label.startedAt()).isAfter(first.startedAt()));
	}

}
