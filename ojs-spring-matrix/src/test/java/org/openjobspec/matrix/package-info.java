/**
 * The application of {@code com.example.demo}, as Spring Initializr would generate it
 * with any choice of its dependencies, started in processes of their own without the
 * starter and with it.
 */
@NullMarked
package org.openjobspec.matrix;

import org.jspecify.annotations.NullMarked;
