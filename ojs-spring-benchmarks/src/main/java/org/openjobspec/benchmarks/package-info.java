/**
 * The command line of the harnesses: what each measures or breaks is in a package of its
 * own.
 */
@NullMarked
package org.openjobspec.benchmarks;

import org.jspecify.annotations.NullMarked;
