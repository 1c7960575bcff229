package org.openjobspec.boot.conformance;

import java.util.Locale;

/**
 * Where a case comes from: the suites as published, or the copy in which a defect of the
 * case itself is repaired.
 */
enum Variant {

	UNMODIFIED, REPAIRED;

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
