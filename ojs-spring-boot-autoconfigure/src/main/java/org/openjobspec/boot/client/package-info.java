/**
 * What application code calls to enqueue, look up, cancel and await jobs, on the caller's
 * transaction. It leads to the engine; nothing but the wiring depends on it.
 */
@NullMarked
package org.openjobspec.boot.client;

import org.jspecify.annotations.NullMarked;
