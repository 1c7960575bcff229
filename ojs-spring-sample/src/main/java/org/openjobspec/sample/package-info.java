/**
 * A small application that uses the starter as any application would.
 */
@NullMarked
package org.openjobspec.sample;

import org.jspecify.annotations.NullMarked;
