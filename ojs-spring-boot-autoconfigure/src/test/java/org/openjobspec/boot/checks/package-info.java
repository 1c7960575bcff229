/**
 * What the whole has to withstand: killed processes, a database that goes away, several
 * nodes, hostile requests, and the clients that exist. Everything here is seen from
 * outside of an application that is configured as a user's would be.
 */
@NullMarked
package org.openjobspec.boot.checks;

import org.jspecify.annotations.NullMarked;
