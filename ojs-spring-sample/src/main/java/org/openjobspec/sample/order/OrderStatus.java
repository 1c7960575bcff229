package org.openjobspec.sample.order;

import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * How far an order has come.
 */
public enum OrderStatus {

	/** It is stored, and its workflow with it. */
	PLACED,

	/** The provider has the money. */
	PAID,

	/** The parcel is on its way. */
	SHIPPED;

	@JsonValue
	String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

}
