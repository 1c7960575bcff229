package org.openjobspec.kotlin

/** What some jobs have as an argument. */
data class Order(
	val customer: String,
	val lines: List<Line> = emptyList(),
	val note: String? = null,
	val express: Boolean = false,
) {

	init {
		require(customer.isNotBlank()) { "An order needs a customer" }
	}

}

data class Line(val product: String, val count: Int = 1)

/** What some jobs result in. */
data class Receipt(val customer: String, val pieces: Int, val note: String?, val express: Boolean = false)

@JvmInline
value class OrderId(val value: String)
