/**
 * Runs handlers in this application: discovery, argument binding, claiming ahead,
 * completing in batches, draining. It talks to the engine as a remote worker does, minus
 * the HTTP.
 */
@NullMarked
package org.openjobspec.boot.worker;

import org.jspecify.annotations.NullMarked;
