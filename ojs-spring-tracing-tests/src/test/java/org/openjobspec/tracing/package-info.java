/**
 * Applications that trace, as their users see them.
 */
@NullMarked
package org.openjobspec.tracing;

import org.jspecify.annotations.NullMarked;
