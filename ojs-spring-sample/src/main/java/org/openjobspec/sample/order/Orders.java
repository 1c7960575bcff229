package org.openjobspec.sample.order;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * The orders in the database.
 */
@Repository
class Orders {

	private static final String SELECT = """
			SELECT number, article, quantity, cents, email, express, status, workflow, resumed, placed_at
			FROM customer_order
			""";

	private final JdbcClient jdbc;

	Orders(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	long nextNumber() {
		return this.jdbc.sql("SELECT nextval('order_number')").query(Long.class).single();
	}

	void add(Order order) {
		this.jdbc.sql("""
				INSERT INTO customer_order
				  (number, article, quantity, cents, email, express, status, workflow, placed_at)
				VALUES (:number, :article, :quantity, :cents, :email, :express, :status, :workflow, :placedAt)
				""")
			.param("number", order.number())
			.param("article", order.article())
			.param("quantity", order.quantity())
			.param("cents", order.cents())
			.param("email", order.email())
			.param("express", order.express())
			.param("status", order.status().name())
			.param("workflow", order.workflow())
			.param("placedAt", order.placedAt())
			.update();
	}

	Optional<Order> find(long number) {
		return this.jdbc.sql(SELECT + "WHERE number = ?").param(number).query(Order.class).optional();
	}

	List<Order> newest(int limit) {
		return this.jdbc.sql(SELECT + "ORDER BY number DESC LIMIT ?").param(limit).query(Order.class).list();
	}

	/** Until the transaction ends, nobody else changes the order. */
	Order lock(long number) {
		return this.jdbc.sql(SELECT + "WHERE number = ? FOR UPDATE").param(number).query(Order.class).single();
	}

	void status(long number, OrderStatus status) {
		this.jdbc.sql("UPDATE customer_order SET status = ? WHERE number = ?").params(status.name(), number).update();
	}

	void resumed(long number, UUID workflow) {
		this.jdbc.sql("UPDATE customer_order SET resumed = ? WHERE number = ?").params(workflow, number).update();
	}

}
