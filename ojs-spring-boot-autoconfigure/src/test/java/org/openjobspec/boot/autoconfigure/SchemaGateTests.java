package org.openjobspec.boot.autoconfigure;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link SchemaGate}.
 */
class SchemaGateTests {

	private final SchemaGate gate = new SchemaGate();

	private final List<String> run = new ArrayList<>();

	@Test
	void whatComesWhileItIsClosedRunsInItsOrderWhenItOpens() {
		this.gate.close("no database");
		this.gate.execute(() -> this.run.add("first"));
		this.gate.execute(() -> this.run.add("second"));
		assertThat(this.run).isEmpty();
		assertThat(this.gate.obstacle()).isEqualTo("no database");
		this.gate.open();
		assertThat(this.run).containsExactly("first", "second");
		this.gate.execute(() -> this.run.add("third"));
		assertThat(this.run).containsExactly("first", "second", "third");
		assertThat(this.gate.obstacle()).isNull();
	}

	@Test
	void whatFailsAndWhatIsBehindItRunsWhenItOpensAgain() {
		this.gate.close("no database");
		this.gate.execute(() -> this.run.add("first"));
		this.gate.execute(() -> {
			if (this.run.size() == 1) {
				this.run.add("failed");
				throw new IllegalStateException("the database has gone again");
			}
			this.run.add("second");
		});
		this.gate.execute(() -> this.run.add("third"));
		assertThatIllegalStateException().isThrownBy(this.gate::open);
		this.gate.close("no database again");
		this.gate.open();
		assertThat(this.run).containsExactly("first", "failed", "second", "third");
	}

}
