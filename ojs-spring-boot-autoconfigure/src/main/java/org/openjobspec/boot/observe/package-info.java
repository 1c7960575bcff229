/**
 * Meters, observations, health and the Actuator endpoint. It watches the engine from
 * outside; nothing but the wiring depends on it.
 */
@NullMarked
package org.openjobspec.boot.observe;

import org.jspecify.annotations.NullMarked;
