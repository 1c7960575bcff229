/**
 * What a backend does, in the words of the specification: one class per verb, one per
 * maintenance task. It decides; the store keeps. Workers, clients, the web and
 * observation call it and never each other.
 */
@NullMarked
package org.openjobspec.boot.engine;

import org.jspecify.annotations.NullMarked;
