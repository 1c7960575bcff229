/**
 * Measures ojs-spring beside its peers and beside bare SQL, all in one run.
 */
@NullMarked
package org.openjobspec.benchmarks.speed;

import org.jspecify.annotations.NullMarked;
