package org.openjobspec.boot.web;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.job.InvalidRequestException;

import org.springframework.mock.web.MockHttpServletRequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What may not become a job: bodies that are no JSON, no UTF-8 or too much.
 */
class BodyReaderTests {

	private final BodyReader reader = new BodyReader(1000);

	private static MockHttpServletRequest request(byte[] body, String contentType) {
		MockHttpServletRequest request = new MockHttpServletRequest("POST", "/ojs/v1/jobs");
		request.setContent(body);
		request.setContentType(contentType);
		return request;
	}

	private InvalidRequestException refusal(byte[] body) {
		try {
			this.reader.read(request(body, "application/json"));
		}
		catch (InvalidRequestException ex) {
			return ex;
		}
		throw new AssertionError("Not refused");
	}

	static Stream<String> malformed() {
		return Stream.of("{", "}", "[", "[]", "[{}]", "1", "\"x\"", "null", "true", " ", "{}{}", "{} x", "{\"a\":1,}",
				"{\"a\" 1}", "{a:1}", "{'a':1}", "{\"a\":'x'}", "{\"a\":01}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}",
				"{\"a\":1e}", "{\"a\":0x10}", "{\"a\":NaN}", "{\"a\":Infinity}", "{\"a\":tru}", "{\"a\":True}",
				"{\"a\":undefined}", "{\"a\":\"\\x\"}", "{\"a\":\"\\u12\"}", "{\"a\":\"\t\"}", "{\"a\":\"\0\"}",
				"{\"a\":[\"\\q\"]}", "{\"a\":[{\"b\":\"\n\"}]}", "{\"a\":1,\"a\":1}", "{\"a\":{\"b\":1,\"b\":2}}",
				"{\"a\":[[{\"b\":1,\"b\":2}]]}", "{\"a\":1 /* c */}", "// c\n{}", "{\"a\":[1,]}", "{\"a\":[,1]}", "{,}",
				"{\"a\":[1 2]}", "{\"a\":{]}", "{\"a\"}", "{\"a\":}", "{\"a\":" + "[".repeat(64) + "]".repeat(64) + "}",
				"{\"a\":" + "{\"a\":".repeat(64) + "1" + "}".repeat(65), "{\"a\":" + "[".repeat(800), "type=a&args=[]",
				"<job/>", "\u00a0{}");
	}

	@ParameterizedTest
	@MethodSource("malformed")
	void whatIsNotOneJsonObjectIsAnInvalidPayload(String body) {
		InvalidRequestException ex = refusal(body.getBytes(StandardCharsets.UTF_8));
		assertThat(ex.code()).isEqualTo("invalid_payload");
		assertThat(ex.status()).isEqualTo(400);
	}

	static Stream<byte[]> notUtf8() {
		String json = "{\"type\":\"ä\"}";
		return Stream.of(json.getBytes(StandardCharsets.ISO_8859_1), json.getBytes(StandardCharsets.UTF_16),
				json.getBytes(StandardCharsets.UTF_16LE), json.getBytes(Charset.forName("UTF-32")), bytes(0xC0, 0xAF),
				bytes(0xED, 0xA0, 0x80), bytes(0xF5, 0x80, 0x80, 0x80), bytes(0xE2, 0x82), bytes(0x80));
	}

	private static byte[] bytes(int... values) {
		byte[] body = new byte[values.length + 8];
		System.arraycopy("{\"a\":\"".getBytes(StandardCharsets.US_ASCII), 0, body, 0, 6);
		for (int i = 0; i < values.length; i++) {
			body[6 + i] = (byte) values[i];
		}
		body[body.length - 2] = '"';
		body[body.length - 1] = '}';
		return body;
	}

	@ParameterizedTest
	@MethodSource("notUtf8")
	void whatIsNotUtf8IsAnInvalidPayload(byte[] body) {
		assertThat(refusal(body).code()).isEqualTo("invalid_payload");
	}

	@Test
	void aByteOrderMarkIsIgnored() {
		byte[] body = "\uFEFF{\"a\":1}".getBytes(StandardCharsets.UTF_8);
		assertThat(this.reader.read(request(body, "application/json")).names()).containsExactly("a");
	}

	@Test
	void aBodyIsCountedWhileItIsRead() {
		byte[] body = ("{\"a\":\"" + "x".repeat(992) + "\"}").getBytes(StandardCharsets.UTF_8);
		assertThat(body).hasSize(1000);
		assertThat(this.reader.read(request(body, "application/json"))).isNotNull();
		InvalidRequestException ex = refusal(("{\"a\":\"" + "x".repeat(993) + "\"}").getBytes(StandardCharsets.UTF_8));
		assertThat(ex.status()).isEqualTo(413);
		assertThat(ex.code()).isEqualTo("payload_too_large");
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/openjobspec+json", "application/json", "application/json;charset=UTF-8",
			"Application/OpenJobSpec+JSON; charset=utf-8", " application/json ; v=1" })
	void jsonIsRead(String contentType) {
		assertThat(this.reader.read(request("{}".getBytes(StandardCharsets.UTF_8), contentType))).isNotNull();
	}

	@Test
	void aBodyWithoutTypeIsRead() {
		assertThat(this.reader.read(request("{}".getBytes(StandardCharsets.UTF_8), null))).isNotNull();
	}

	@Test
	void noBodyIsNotRead() {
		assertThat(this.reader.read(request(new byte[0], "text/plain"))).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/xml", "application/x-www-form-urlencoded", "application/octet-stream",
			"nonsense", "application/jsonx", "multipart/form-data; boundary=x" })
	void anotherMediaTypeIsUnsupported(String contentType) {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.reader.read(request("{}".getBytes(StandardCharsets.UTF_8), contentType)))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(415))
			.satisfies((ex) -> assertThat(ex.code()).isEqualTo("unsupported_media_type"));
	}

	@Test
	void plainTextIsABadRequest() {
		assertThatExceptionOfType(InvalidRequestException.class)
			.isThrownBy(() -> this.reader.read(request("{}".getBytes(StandardCharsets.UTF_8), "text/plain")))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(400));
	}

	@Test
	void aCompressedBodyIsUnsupported() {
		MockHttpServletRequest request = request("{}".getBytes(StandardCharsets.UTF_8), "application/json");
		request.addHeader("Content-Encoding", "gzip");
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> this.reader.read(request))
			.satisfies((ex) -> assertThat(ex.status()).isEqualTo(415));
	}

}
