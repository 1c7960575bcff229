package org.openjobspec.benchmarks.input;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * A request that is still being spoilt.
 */
final class Draft {

	private static final List<String> OURS = List.of("/ojs/v1", "/api/v1");

	private static final String MANIFEST = "/ojs/manifest";

	private final Endpoint endpoint;

	private final List<String> headers = new ArrayList<>();

	private String method;

	private String target;

	private String version = "HTTP/1.1";

	private @Nullable JsonTree json;

	private @Nullable String text;

	private byte @Nullable [] body;

	private byte @Nullable [] payload;

	private @Nullable String requestLine;

	private boolean ownFraming;

	private boolean last;

	private boolean halfClose;

	private Expectation expectation = Expectation.SUCCESS;

	Draft(Endpoint endpoint, String target, @Nullable JsonTree json) {
		this.endpoint = endpoint;
		this.method = endpoint.method();
		this.target = target;
		this.json = json;
		this.headers.add("Host: localhost");
		if (json != null) {
			this.headers.add("Content-Type: application/json");
		}
	}

	Endpoint endpoint() {
		return this.endpoint;
	}

	String method() {
		return this.method;
	}

	void method(String other) {
		this.method = other;
	}

	String target() {
		return this.target;
	}

	/**
	 * Sets the request target.
	 * @param other the target, one byte per character
	 */
	void target(String other) {
		this.target = other;
	}

	void version(String other) {
		this.version = other;
	}

	/**
	 * Replaces the whole request line.
	 * @param line the line without its end, one byte per character
	 */
	void requestLine(String line) {
		this.requestLine = line;
	}

	/**
	 * The body's tree, if it still has one.
	 * @return the tree
	 */
	@Nullable JsonTree json() {
		return (this.text == null && this.body == null) ? this.json : null;
	}

	void json(JsonTree other) {
		this.json = other;
	}

	/**
	 * The body's text; afterwards it is no tree any more.
	 * @return the text, empty if there is no body
	 */
	String text() {
		if (this.text == null) {
			StringBuilder written = new StringBuilder();
			if (this.json != null) {
				this.json.write(written);
			}
			this.text = written.toString();
		}
		return this.text;
	}

	void text(String other) {
		this.text = other;
	}

	/**
	 * The body's bytes; afterwards it is no text any more.
	 * @return the bytes
	 */
	byte[] body() {
		if (this.body == null) {
			this.body = text().getBytes(StandardCharsets.UTF_8);
		}
		return this.body;
	}

	void body(byte[] other) {
		this.body = other;
	}

	boolean hasBody() {
		return this.json != null || this.text != null || this.body != null;
	}

	/**
	 * Adds a header.
	 * @param line the line without its end, one byte per character
	 */
	void header(String line) {
		this.headers.add(line);
	}

	/**
	 * Removes headers.
	 * @param name their name
	 */
	void without(String name) {
		this.headers.removeIf((line) -> line.regionMatches(true, 0, name + ':', 0, name.length() + 1));
	}

	/**
	 * Says what stands behind the headers, which tell its length themselves.
	 * @param framed all bytes after the empty line
	 */
	void payload(byte[] framed) {
		this.payload = framed;
		this.ownFraming = true;
	}

	/** The connection cannot be used again. */
	void last() {
		this.last = true;
	}

	/** Nothing more will follow, and the server is told. */
	void halfClose() {
		this.halfClose = true;
		this.last = true;
	}

	void expect(Expectation expected) {
		this.expectation = expected;
	}

	Expectation expectation() {
		return this.expectation;
	}

	/**
	 * Whether the path names one of ours before anybody decodes or normalises it.
	 * @return whether the answer must have our words
	 */
	private boolean isOurs() {
		String path = this.target;
		int scheme = path.indexOf("://");
		if (scheme > 0 && path.startsWith("http")) {
			int slash = path.indexOf('/', scheme + 3);
			path = (slash > 0) ? path.substring(slash) : "";
		}
		int end = path.indexOf('?');
		String bare = (end >= 0) ? path.substring(0, end) : path;
		return bare.equals(MANIFEST)
				|| OURS.stream().anyMatch((base) -> bare.equals(base) || bare.startsWith(base + '/'));
	}

	Request build(long index, Family family) {
		ByteArrayOutputStream out = new ByteArrayOutputStream(512);
		line(out, (this.requestLine != null) ? this.requestLine : this.method + ' ' + this.target + ' ' + this.version);
		this.headers.forEach((header) -> line(out, header));
		byte[] content = (this.payload != null) ? this.payload : hasBody() ? body() : new byte[0];
		if (!this.ownFraming && (content.length > 0 || !this.method.equals("GET"))) {
			line(out, "Content-Length: " + content.length);
		}
		line(out, "");
		out.writeBytes(content);
		boolean ours = this.requestLine == null && isOurs();
		Expectation expected = (ours || this.expectation == Expectation.UNFINISHED
				|| this.expectation == Expectation.BODY) ? this.expectation : Expectation.NOT_OURS;
		return new Request(index, this.endpoint.name(), family, out.toByteArray(), this.method.equals("HEAD"),
				this.last, this.halfClose, ours, expected);
	}

	private static void line(ByteArrayOutputStream out, String line) {
		out.writeBytes(line.getBytes(StandardCharsets.ISO_8859_1));
		out.write('\r');
		out.write('\n');
	}

}
