package org.openjobspec.sample.demo;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of {@link DemoProvider}.
 */
class DemoProviderTests {

	private final DemoProvider provider = new DemoProvider();

	@Test
	void aKeyIsPaidOnce() {
		DemoProvider.Receipt receipt = this.provider.pay("one", 1400);
		assertThat(this.provider.pay("one", 1400)).isEqualTo(receipt);
		assertThat(this.provider.pay("other", 1400)).isNotEqualTo(receipt);
	}

	@Test
	void aFlakyProviderFailsOncePerKey() {
		this.provider.mode(DemoProvider.Mode.FLAKY);
		for (String key : new String[] { "one", "other" }) {
			assertThatExceptionOfType(DemoProvider.RefusedException.class)
				.isThrownBy(() -> this.provider.pay(key, 1400));
			assertThat(this.provider.pay(key, 1400).cents()).isEqualTo(1400);
		}
	}

	@Test
	void aProviderThatIsDownFailsAlways() {
		this.provider.mode(DemoProvider.Mode.DOWN);
		for (int attempt = 1; attempt <= 3; attempt++) {
			assertThatExceptionOfType(DemoProvider.RefusedException.class)
				.isThrownBy(() -> this.provider.pay("one", 1400));
		}
	}

}
