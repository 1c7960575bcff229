package org.openjobspec.boot.web;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;

/**
 * Reads request bodies: bounded while reading, so that a chunked body without a length
 * cannot fill the memory, and UTF-8 without exception.
 */
final class BodyReader {

	/**
	 * What is still read of a body that is refused: most clients do not look at the
	 * answer before they have sent everything.
	 */
	private static final int DRAIN_FACTOR = 16;

	private final int maxBytes;

	BodyReader(int maxBytes) {
		this.maxBytes = maxBytes;
	}

	/**
	 * Reads a body.
	 * @param request the request
	 * @return the body's only value; {@code null} if there is no body
	 * @throws InvalidRequestException if the body is not a JSON object
	 */
	@Nullable JsonObject read(HttpServletRequest request) {
		checkEncoding(request.getHeader("Content-Encoding"));
		byte[] bytes = bytes(request);
		if (bytes.length == 0) {
			return null;
		}
		checkMediaType(request.getContentType());
		return JsonObject.parse(decode(bytes));
	}

	private static void checkEncoding(@Nullable String encoding) {
		if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
			throw InvalidRequestException.protocol("unsupported", 415, "The server does not decompress requests",
					"Send the body without Content-Encoding.");
		}
	}

	static void checkMediaType(@Nullable String contentType) {
		if (contentType == null) {
			return;
		}
		String mediaType = contentType.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
		if (mediaType.equals("application/openjobspec+json") || mediaType.equals("application/json")) {
			return;
		}
		String hint = "Send the body with Content-Type: application/openjobspec+json or application/json.";
		// The HTTP binding wants 400 for plain text.
		if (mediaType.equals("text/plain")) {
			throw InvalidRequestException.protocol("invalid_request", 400, "The body is plain text, not JSON", hint);
		}
		throw InvalidRequestException.protocol("unsupported_media_type", 415, "The body's media type is not JSON",
				hint);
	}

	private byte[] bytes(HttpServletRequest request) {
		try {
			InputStream in = request.getInputStream();
			ByteArrayOutputStream out = new ByteArrayOutputStream(
					Math.max(512, Math.min(request.getContentLength(), this.maxBytes)));
			byte[] buffer = new byte[8192];
			long total = 0;
			for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
				total += n;
				if (total > this.maxBytes) {
					drain(in, buffer);
					throw InvalidRequestException.tooLarge("body", this.maxBytes);
				}
				out.write(buffer, 0, n);
			}
			return out.toByteArray();
		}
		catch (IOException ex) {
			throw InvalidRequestException.payload("The body could not be read to its end");
		}
	}

	private void drain(InputStream in, byte[] buffer) {
		try {
			long rest = (long) this.maxBytes * DRAIN_FACTOR;
			for (int n = in.read(buffer); n >= 0 && rest > 0; n = in.read(buffer)) {
				rest -= n;
			}
		}
		catch (IOException ex) {
			// The client has gone; the answer will find that out.
		}
	}

	private static CharSequence decode(byte[] bytes) {
		try {
			CharBuffer text = StandardCharsets.UTF_8.newDecoder()
				.onMalformedInput(CodingErrorAction.REPORT)
				.onUnmappableCharacter(CodingErrorAction.REPORT)
				.decode(ByteBuffer.wrap(bytes));
			return (text.get(0) == '\uFEFF') ? text.subSequence(1, text.length()) : text;
		}
		catch (CharacterCodingException ex) {
			throw InvalidRequestException.payload("The body is not encoded in UTF-8");
		}
	}

}
