/**
 * What the shop sells, and how much of it there is.
 */
@NullMarked
package org.openjobspec.sample.catalog;

import org.jspecify.annotations.NullMarked;
