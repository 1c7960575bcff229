/**
 * What a real shop finds elsewhere: the payment provider, played by the sample itself.
 */
@NullMarked
package org.openjobspec.sample.demo;

import org.jspecify.annotations.NullMarked;
