/**
 * Tests of the harness for bad input.
 */
@NullMarked
package org.openjobspec.benchmarks.input;

import org.jspecify.annotations.NullMarked;
