/**
 * What a backend does, in the words of the specification: one class per verb and per
 * maintenance task, behind the one door {@link org.openjobspec.boot.engine.JobEngine}.
 * Workers, templates and the HTTP binding enter here alike.
 */
@NullMarked
package org.openjobspec.boot.engine;

import org.jspecify.annotations.NullMarked;
