package org.openjobspec.benchmarks.input;

/**
 * A request as it goes over the wire.
 *
 * @param index its number in the run
 * @param endpoint the name of the endpoint that it is for, or that it was before it was
 * spoilt
 * @param family how it was spoilt
 * @param bytes all of it
 * @param headOnly whether the answer has no body whatever its length says
 * @param last whether the connection cannot go on after it, since client and server may
 * disagree where it ends
 * @param halfClose whether the client says that nothing follows
 * @param ours whether its path is one of ours before anybody decodes or normalises it, so
 * that the answer must have the form that the specification gives it
 * @param expectation what it must be told
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Request(long index, String endpoint, Family family, byte[] bytes, boolean headOnly, boolean last,
		boolean halfClose, boolean ours, Expectation expectation) {

	private static final int SHOWN = 1500;

	/**
	 * Its bytes for people, as a string that {@code printf} understands.
	 * @return the beginning and the end
	 */
	String shown() {
		if (this.bytes.length <= SHOWN) {
			return escape(0, this.bytes.length);
		}
		return escape(0, SHOWN * 2 / 3) + "\n … " + (this.bytes.length - SHOWN) + " bytes …\n"
				+ escape(this.bytes.length - SHOWN / 3, this.bytes.length);
	}

	private String escape(int from, int to) {
		StringBuilder text = new StringBuilder();
		for (int i = from; i < to; i++) {
			int b = this.bytes[i] & 0xFF;
			switch (b) {
				case '\r' -> text.append("\\r");
				case '\n' -> text.append("\\n\n");
				case '\\' -> text.append("\\\\");
				default -> {
					if (b >= ' ' && b < 0x7F) {
						text.append((char) b);
					}
					else {
						text.append("\\x%02x".formatted(b));
					}
				}
			}
		}
		return text.toString();
	}

}
