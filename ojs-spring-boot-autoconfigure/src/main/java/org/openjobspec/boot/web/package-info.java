/**
 * The HTTP binding: tolerant reading, exact writing, errors. No decision about jobs is
 * taken here. The only room that knows Spring Web; nothing but the wiring depends on it.
 */
@NullMarked
package org.openjobspec.boot.web;

import org.jspecify.annotations.NullMarked;
