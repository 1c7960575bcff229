/**
 * Mail to customers.
 */
@NullMarked
package org.openjobspec.sample.mail;

import org.jspecify.annotations.NullMarked;
