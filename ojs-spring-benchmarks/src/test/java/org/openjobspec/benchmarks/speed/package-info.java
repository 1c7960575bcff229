/**
 * Tests of what could be wrong without anybody noticing it in a report.
 */
@NullMarked
package org.openjobspec.benchmarks.speed;

import org.jspecify.annotations.NullMarked;
