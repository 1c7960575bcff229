package org.openjobspec.boot.store;

/**
 * A constant that the database knows by a number, whatever its place among the others.
 */
interface Numbered {

	/**
	 * The number, which never changes.
	 * @return the number
	 */
	int number();

	static <T extends Numbered> T of(T[] constants, int number) {
		for (T constant : constants) {
			if (constant.number() == number) {
				return constant;
			}
		}
		throw new IllegalStateException(
				"The database holds the unknown number %d; it was written by a newer version".formatted(number));
	}

}
