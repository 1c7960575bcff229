/**
 * Labels and parcels.
 */
@NullMarked
package org.openjobspec.sample.shipping;

import org.jspecify.annotations.NullMarked;
