package org.openjobspec.boot.engine;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

/**
 * Takes the beginning of an answer and hangs up on the rest, which may have no end.
 */
final class Excerpt implements HttpResponse.BodySubscriber<String> {

	private static final int LENGTH = 1024;

	private final CompletableFuture<String> text = new CompletableFuture<>();

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private Flow.@Nullable Subscription subscription;

	@Override
	public CompletionStage<String> getBody() {
		return this.text;
	}

	@Override
	public void onSubscribe(Flow.Subscription started) {
		this.subscription = started;
		started.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(List<ByteBuffer> buffers) {
		for (ByteBuffer buffer : buffers) {
			byte[] part = new byte[Math.min(buffer.remaining(), LENGTH - this.bytes.size())];
			buffer.get(part);
			this.bytes.write(part, 0, part.length);
		}
		if (this.bytes.size() == LENGTH && this.subscription != null) {
			this.subscription.cancel();
			onComplete();
		}
	}

	// The status has come, and is what counts.
	@Override
	public void onError(Throwable problem) {
		onComplete();
	}

	@Override
	public void onComplete() {
		this.text.complete(this.bytes.toString(StandardCharsets.UTF_8));
	}

}
