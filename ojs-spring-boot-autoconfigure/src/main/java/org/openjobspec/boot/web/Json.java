package org.openjobspec.boot.web;

import java.io.ByteArrayOutputStream;
import java.util.function.Consumer;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/**
 * The JSON of the wire. It is our own, so that no Jackson setting of the application
 * reaches it, and it is read and written as a stream, without databinding.
 */
final class Json {

	/**
	 * How deep a request may be nested. Ruby's parser reads 100 levels and the Java SDK's
	 * 128; this leaves room for the envelopes that answers put around a job.
	 */
	static final int MAX_DEPTH = 64;

	private static final JsonFactory FACTORY = JsonFactory.builder()
		.enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
		.streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).maxNumberLength(1000).build())
		.build();

	private Json() {
	}

	static JsonParser parser(char[] source, int start, int end) {
		return FACTORY.createParser(ObjectReadContext.empty(), source, start, end - start);
	}

	/**
	 * Writes one JSON object.
	 * @param members writes the object's members
	 * @return the object in UTF-8
	 */
	static byte[] object(Consumer<JsonGenerator> members) {
		ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
		try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
			generator.writeStartObject();
			members.accept(generator);
			generator.writeEndObject();
		}
		return out.toByteArray();
	}

}
