/**
 * Orders: placed in one transaction with the workflow that fulfils them.
 */
@NullMarked
package org.openjobspec.sample.order;

import org.jspecify.annotations.NullMarked;
