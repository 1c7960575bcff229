/**
 * Payments, made by a provider that is not always there.
 */
@NullMarked
package org.openjobspec.sample.payment;

import org.jspecify.annotations.NullMarked;
