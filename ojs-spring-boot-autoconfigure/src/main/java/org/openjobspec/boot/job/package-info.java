/**
 * The vocabulary: envelope, states and their transitions, policies, errors. Pure Java: no
 * Spring, no JDBC, no wire format; every other room may use it, it uses none.
 */
@NullMarked
package org.openjobspec.boot.job;

import org.jspecify.annotations.NullMarked;
