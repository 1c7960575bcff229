package org.openjobspec.sample.order;

import java.util.List;
import java.util.Optional;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;
import org.openjobspec.sample.catalog.OutOfStockException;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * Places orders and shows them, the newest first.
 */
@RestController
@RequestMapping("/orders")
class OrderController {

	private static final int SHOWN = 20;

	private final OrderService orders;

	private final OrderProgress progress;

	OrderController(OrderService orders, OrderProgress progress) {
		this.orders = orders;
		this.progress = progress;
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Order place(@RequestBody Wish wish) {
		Integer quantity = wish.quantity();
		return this.orders.place(required("article", wish.article()), (quantity != null) ? quantity : 1,
				required("email", wish.email()), Boolean.TRUE.equals(wish.express()));
	}

	private static String required(String member, @Nullable String value) {
		if (value == null || value.isBlank()) {
			throw new InvalidOrderException(member + " is missing");
		}
		return value;
	}

	@GetMapping
	List<Order> newest() {
		return this.orders.newest(SHOWN);
	}

	@GetMapping("/{number}")
	ResponseEntity<Shown> one(@PathVariable long number) {
		return shown(this.orders.find(number));
	}

	@GetMapping("/latest")
	ResponseEntity<Shown> latest() {
		return shown(this.orders.newest(1).stream().findFirst());
	}

	private ResponseEntity<Shown> shown(Optional<Order> order) {
		return ResponseEntity.of(order.map((found) -> new Shown(found, this.progress.steps(found))));
	}

	@ExceptionHandler
	@ResponseStatus(HttpStatus.CONFLICT)
	Refused outOfStock(OutOfStockException ex) {
		return new Refused(String.valueOf(ex.getMessage()));
	}

	@ExceptionHandler
	@ResponseStatus(HttpStatus.BAD_REQUEST)
	Refused invalid(InvalidOrderException ex) {
		return new Refused(String.valueOf(ex.getMessage()));
	}

	/** What somebody wants; one of it, if nothing is said. */
	record Wish(@Nullable String article, @Nullable Integer quantity, @Nullable String email,
			@Nullable Boolean express) {
	}

	record Shown(@JsonUnwrapped Order order, List<OrderProgress.Step> jobs) {
	}

	record Refused(String reason) {
	}

}
