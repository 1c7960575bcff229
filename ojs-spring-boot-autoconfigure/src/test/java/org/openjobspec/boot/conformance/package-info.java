/**
 * Runs the public Open Job Spec conformance cases against a server that is known by its
 * address only. Nothing in here knows the server's code, apart from the test that boots
 * it.
 */
@NullMarked
package org.openjobspec.boot.conformance;

import org.jspecify.annotations.NullMarked;
