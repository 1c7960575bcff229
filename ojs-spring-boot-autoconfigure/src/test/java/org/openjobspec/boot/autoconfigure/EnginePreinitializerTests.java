package org.openjobspec.boot.autoconfigure;

import java.util.Set;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link EnginePreinitializer}.
 */
class EnginePreinitializerTests {

	@Test
	void springBootFindsIt() {
		assertThat(SpringFactoriesLoader.forDefaultResourceLocation().load(BackgroundPreinitializer.class))
			.hasAtLeastOneElementOfType(EnginePreinitializer.class);
	}

	@Test
	void itNeedsNoDatabase_andLeavesNothingRunning() {
		Set<Thread> before = Thread.getAllStackTraces().keySet();
		new EnginePreinitializer().preinitialize();
		assertThat(Thread.getAllStackTraces().keySet()).filteredOn((thread) -> thread.getName().startsWith("ojs-"))
			.isSubsetOf(before);
	}

}
