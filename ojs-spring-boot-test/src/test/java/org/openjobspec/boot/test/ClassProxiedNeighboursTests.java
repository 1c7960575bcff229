package org.openjobspec.boot.test;

/**
 * Tests of Spring's neighbours around handlers with class-based proxies, as Spring Boot
 * has them by default.
 */
class ClassProxiedNeighboursTests extends NeighboursContract {

	@Override
	boolean proxiesClasses() {
		return true;
	}

}
