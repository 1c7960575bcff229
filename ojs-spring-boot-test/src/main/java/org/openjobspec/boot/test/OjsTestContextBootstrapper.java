package org.openjobspec.boot.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/**
 * Takes the properties of {@link OjsTest}.
 */
final class OjsTestContextBootstrapper extends TestSliceTestContextBootstrapper<OjsTest> {

}
