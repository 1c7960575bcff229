package org.openjobspec.sample.payment;

/**
 * What the provider says of a payment. Becomes the job's result.
 *
 * @param reference the provider's name for it
 * @param cents how much was paid
 */
record Payment(String reference, int cents) {
}
