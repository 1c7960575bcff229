/**
 * Sends valid to hostile requests and checks that each is answered in order.
 */
@NullMarked
package org.openjobspec.benchmarks.input;

import org.jspecify.annotations.NullMarked;
