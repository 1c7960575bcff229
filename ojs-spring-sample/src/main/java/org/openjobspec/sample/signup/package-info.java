/**
 * People who sign up, and what follows from it.
 */
@NullMarked
package org.openjobspec.sample.signup;

import org.jspecify.annotations.NullMarked;
