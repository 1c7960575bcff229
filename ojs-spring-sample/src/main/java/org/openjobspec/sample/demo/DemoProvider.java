package org.openjobspec.sample.demo;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.fasterxml.jackson.annotation.JsonValue;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;

/**
 * A payment provider that can be told to misbehave. It keeps in memory what another
 * company would keep in its database.
 */
@Component
class DemoProvider {

	private static final int LIMIT = 100_000;

	private final Map<String, Receipt> receipts = new ConcurrentHashMap<>();

	private final Set<String> asked = ConcurrentHashMap.newKeySet();

	private final AtomicInteger counter = new AtomicInteger();

	private volatile Mode mode = Mode.UP;

	Mode mode() {
		return this.mode;
	}

	void mode(Mode next) {
		this.mode = next;
	}

	/**
	 * Makes a payment, once for each key.
	 * @param key the payer's name for the payment
	 * @param cents how much
	 * @return the receipt, the same one each time
	 * @throws RefusedException if it cannot or will not
	 */
	Receipt pay(String key, int cents) {
		boolean first = this.asked.add(key);
		if (this.mode == Mode.DOWN || (this.mode == Mode.FLAKY && first)) {
			throw new RefusedException(HttpStatus.SERVICE_UNAVAILABLE, "the payment provider is not there");
		}
		if (cents > LIMIT) {
			throw new RefusedException(HttpStatus.PAYMENT_REQUIRED, "the card is not good for that much");
		}
		return this.receipts.computeIfAbsent(key,
				(ignored) -> new Receipt("pay-" + this.counter.incrementAndGet(), cents));
	}

	/** How it behaves. */
	enum Mode {

		/** Every payment succeeds. */
		UP,

		/** The first attempt at each payment fails. */
		FLAKY,

		/** Everything fails. */
		DOWN;

		@JsonValue
		String wireName() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	record Receipt(String reference, int cents) {
	}

	/** What it answers when it does not pay. */
	static final class RefusedException extends RuntimeException {

		private final HttpStatus status;

		RefusedException(HttpStatus status, String reason) {
			super(reason);
			this.status = status;
		}

		HttpStatus status() {
			return this.status;
		}

	}

}
