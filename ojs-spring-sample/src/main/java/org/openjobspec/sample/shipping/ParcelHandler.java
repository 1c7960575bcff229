package org.openjobspec.sample.shipping;

import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.sample.order.OrderService;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Ships parcels. The parcel, the order's new status and the job's completion are
 * committed together: no order has two parcels, however often the job starts.
 */
@Component
class ParcelHandler {

	private final JdbcClient jdbc;

	private final OrderService orders;

	ParcelHandler(JdbcClient jdbc, OrderService orders) {
		this.jdbc = jdbc;
		this.orders = orders;
	}

	@OjsHandler(type = "parcel.ship", transactional = true)
	Parcel ship(long order) {
		this.orders.shipped(order);
		return this.jdbc.sql("INSERT INTO parcel (order_number) VALUES (?) RETURNING number")
			.param(order)
			.query(Parcel.class)
			.single();
	}

	record Parcel(long number) {
	}

}
