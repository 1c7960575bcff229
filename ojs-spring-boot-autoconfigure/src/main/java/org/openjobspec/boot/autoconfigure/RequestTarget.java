package org.openjobspec.boot.autoconfigure;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.apache.catalina.connector.Request;
import org.apache.tomcat.util.net.ApplicationBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * The path in a request line that Tomcat gave up reading, for a character in it that HTTP
 * does not allow, or its length. Tomcat keeps nothing of such a line but its bytes.
 */
final class RequestTarget {

	private RequestTarget() {
	}

	/**
	 * Looks for the path.
	 * @param request a request without a URI
	 * @return what stands where the path should, {@code null} if nothing there looks like
	 * one
	 */
	static @Nullable String path(Request request) {
		// A request of HTTP/1.1 begins at the start of this buffer; other protocols have
		// none.
		return (request.getCoyoteRequest().getInputBuffer() instanceof ApplicationBufferHandler handler)
				? path(handler.getByteBuffer()) : null;
	}

	private static @Nullable String path(@Nullable ByteBuffer buffer) {
		if (buffer == null) {
			return null;
		}
		byte[] bytes = new byte[buffer.limit()];
		buffer.duplicate().rewind().get(bytes);
		String[] words = new String(bytes, StandardCharsets.ISO_8859_1).stripLeading().split("[\\r\\n]", 2)[0]
			.split("[ \\t]+", 4);
		for (int i = 1; i < words.length; i++) {
			String word = words[i].replaceFirst("^https?://[^/?]*", "");
			if (word.startsWith("/")) {
				return word.split("[?]", 2)[0];
			}
		}
		return null;
	}

}
