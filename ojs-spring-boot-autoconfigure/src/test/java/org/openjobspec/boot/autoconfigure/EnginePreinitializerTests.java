package org.openjobspec.boot.autoconfigure;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;

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
	void itNeedsNoDatabase() {
		assertThatNoException().isThrownBy(() -> new EnginePreinitializer().preinitialize());
	}

}
