package org.openjobspec.boot.job;

import java.util.Locale;

/**
 * How the delay between attempts grows (ojs-retry 3).
 */
public enum BackoffStrategy {

	/** The initial interval, each time. */
	NONE,

	/** The initial interval times the number of the retry. */
	LINEAR,

	/** The initial interval times the coefficient to the power of the earlier retries. */
	EXPONENTIAL,

	/**
	 * The initial interval times the number of the retry to the power of the coefficient.
	 */
	POLYNOMIAL;

	/**
	 * The strategy's name on the wire.
	 * @return the lower-case name
	 */
	public String wireName() {
		return name().toLowerCase(Locale.ROOT);
	}

	double factor(int retryNumber, double coefficient) {
		return switch (this) {
			case NONE -> 1;
			case LINEAR -> retryNumber;
			case EXPONENTIAL -> Math.pow(coefficient, retryNumber - 1.0);
			case POLYNOMIAL -> Math.pow(retryNumber, coefficient);
		};
	}

}
