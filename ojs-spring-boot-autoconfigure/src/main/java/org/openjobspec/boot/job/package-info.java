/**
 * The vocabulary of Open Job Spec: the job envelope, its states and their transitions,
 * policies and errors. Pure Java; every other room may speak it, and it knows none of
 * them.
 */
@NullMarked
package org.openjobspec.boot.job;

import org.jspecify.annotations.NullMarked;
