/**
 * Beans that look as if they were Spring's own.
 */
@NullMarked
package org.springframework.ojs;

import org.jspecify.annotations.NullMarked;
