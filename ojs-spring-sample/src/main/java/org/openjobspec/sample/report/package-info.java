/**
 * What was sold, recorded with each order and reported every night.
 */
@NullMarked
package org.openjobspec.sample.report;

import org.jspecify.annotations.NullMarked;
