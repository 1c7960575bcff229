package org.openjobspec.sample.order;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

import org.openjobspec.boot.job.Workflow;
import org.openjobspec.sample.catalog.Article;
import org.openjobspec.sample.catalog.Catalog;

import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * Takes orders, and follows them.
 */
@Service
public class OrderService {

	private static final int MOST = 10_000;

	private final Orders orders;

	private final Catalog catalog;

	private final Fulfilment fulfilment;

	OrderService(Orders orders, Catalog catalog, Fulfilment fulfilment) {
		this.orders = orders;
		this.catalog = catalog;
		this.fulfilment = fulfilment;
	}

	/**
	 * Places an order: its row, its workflow and what it takes from the stock, or nothing
	 * of it.
	 * @param sku the article
	 * @param quantity how many
	 * @param email who orders
	 * @param express whether its jobs go before those of others
	 * @return the order
	 * @throws InvalidOrderException if nobody can mean that
	 * @throws org.openjobspec.sample.catalog.OutOfStockException if there is too little
	 * of it; then there is no order and no job either
	 */
	@Transactional
	public Order place(String sku, int quantity, String email, boolean express) {
		Article article = this.catalog.find(sku)
			.orElseThrow(() -> new InvalidOrderException("there is no article '" + sku + "'"));
		if (quantity < 1 || quantity > MOST) {
			throw new InvalidOrderException("quantity must be from 1 to " + MOST);
		}
		long number = this.orders.nextNumber();
		int cents = article.cents() * quantity;
		Workflow workflow = this.fulfilment.start(number, cents, email, express);
		Order order = new Order(number, sku, quantity, cents, email, express, OrderStatus.PLACED, workflow.id(), null,
				OffsetDateTime.now(ZoneOffset.UTC).truncatedTo(ChronoUnit.MILLIS));
		this.orders.add(order);
		// Last, to show that neither the order nor its jobs outlive the rollback below.
		this.catalog.take(article, quantity);
		return order;
	}

	/**
	 * Notes that an order is paid. May be called again, as a payment may run again.
	 * @param number the order
	 */
	@Transactional
	public void paid(long number) {
		Order order = this.orders.lock(number);
		if (order.status() == OrderStatus.PLACED) {
			this.orders.status(number, OrderStatus.PAID);
		}
		// A payment from the dead letter moves nothing, as its workflow has failed.
		// Whoever has paid gets the rest all the same, and once.
		if (order.resumed() == null && this.fulfilment.hasFailed(order)) {
			this.orders.resumed(number, this.fulfilment.resume(order).id());
		}
	}

	/**
	 * Notes that an order is on its way.
	 * @param number the order
	 */
	@Transactional
	public void shipped(long number) {
		this.orders.status(number, OrderStatus.SHIPPED);
	}

	Optional<Order> find(long number) {
		return this.orders.find(number);
	}

	List<Order> newest(int limit) {
		return this.orders.newest(limit);
	}

}
