/**
 * Tests of applications that enqueue and handle jobs: runs the handlers when a test says
 * so, looks at what was enqueued, lets time pass, and keeps one test's jobs from another.
 * It uses what the other rooms offer; nothing depends on it.
 */
@NullMarked
package org.openjobspec.boot.test;

import org.jspecify.annotations.NullMarked;
