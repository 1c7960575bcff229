package org.openjobspec.boot.test;

import org.springframework.test.context.TestPropertySource;

/**
 * Tests of Spring's neighbours around handlers with proxies of their interfaces.
 */
@TestPropertySource(properties = "spring.aop.proxy-target-class=false")
class InterfaceProxiedNeighboursTests extends NeighboursContract {

	@Override
	boolean proxiesClasses() {
		return false;
	}

}
