/**
 * Breaks nodes, networks and servers under load and checks that nothing is lost.
 */
@NullMarked
package org.openjobspec.benchmarks.faults;

import org.jspecify.annotations.NullMarked;
