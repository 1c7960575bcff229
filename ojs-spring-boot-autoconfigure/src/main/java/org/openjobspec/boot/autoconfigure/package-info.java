/**
 * Conditions, properties, wiring and failure analyzers: one auto-configuration per
 * concern. The only room that knows Spring Boot, and the only one that sees all the
 * others.
 */
@NullMarked
package org.openjobspec.boot.autoconfigure;

import org.jspecify.annotations.NullMarked;
