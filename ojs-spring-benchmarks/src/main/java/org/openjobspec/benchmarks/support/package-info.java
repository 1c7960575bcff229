/**
 * What the harnesses share: PostgreSQL servers, processes, reports.
 */
@NullMarked
package org.openjobspec.benchmarks.support;

import org.jspecify.annotations.NullMarked;
