package org.openjobspec.sample.report;

import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Records what was sold, at the end of each order.
 */
@Component
class SaleHandler {

	private final JdbcClient jdbc;

	SaleHandler(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	@OjsHandler(type = "sale.record", transactional = true)
	void recordSale(long order) {
		this.jdbc
			.sql("INSERT INTO sale (order_number, cents) SELECT number, cents FROM customer_order WHERE number = ?")
			.param(order)
			.update();
	}

}
