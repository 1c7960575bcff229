package org.openjobspec.boot.checks;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.checks.Http.Reply;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An application that is asked as the SDKs ask, to be registered as an extension in a
 * static field. It is not emptied between tests: each SDK has a queue of its own.
 */
final class SdkNode implements AfterAllCallback {

	private final Node node = Node.web(RecordingApplication.class, TestDatabase.fresh(), "ojs.worker.enabled=false");

	private final Http http = new Http(this.node.port());

	Reply post(Sdk sdk, String path, String body) {
		return answered(sdk, this.http.post("/ojs/v1" + path, body, sdk.headers(true)));
	}

	Reply emptyPost(Sdk sdk, String path) {
		return answered(sdk, this.http.post("/ojs/v1" + path, sdk.emptyPost(), sdk.headers(sdk.emptyPost() != null)));
	}

	Reply get(Sdk sdk, String path) {
		return answered(sdk, this.http.get("/ojs/v1" + path, sdk.headers(false)));
	}

	Reply manifest(Sdk sdk) {
		return answered(sdk, this.http.get("/ojs/manifest", sdk.headers(false)));
	}

	Reply delete(Sdk sdk, String path) {
		return answered(sdk, this.http.send("DELETE", "/ojs/v1" + path, (byte[]) null, sdk.headers(false)));
	}

	/** Ruby knows 200 and 201 alone, Rust and Java want a body. */
	private static Reply answered(Sdk sdk, Reply reply) {
		assertThat(reply.status()).as(reply.text()).isNotEqualTo(204);
		assertThat(reply.header("Content-Type")).isEqualTo(sdk.contentType());
		assertThat(reply.header("OJS-Version")).isEqualTo("1.0");
		assertThat(reply.header("X-Request-Id")).isNotEmpty();
		assertThat(reply.json().isObject()).as(reply.text()).isTrue();
		return reply;
	}

	@Override
	public void afterAll(ExtensionContext context) {
		this.node.close();
	}

}
