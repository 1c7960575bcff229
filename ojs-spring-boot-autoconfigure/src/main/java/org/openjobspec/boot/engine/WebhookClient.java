package org.openjobspec.boot.engine;

import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.Deliveries.Claimed;

/**
 * Sends one delivery, signed, and waits for the answer.
 */
final class WebhookClient {

	private static final String USER_AGENT = "ojs-spring-webhooks/1.0";

	private static final String HMAC = "HmacSHA256";

	private static final int MAX_ERROR = 500;

	private final EngineSettings.Webhooks settings;

	private final WebhookTargets targets;

	private @Nullable HttpClient client;

	WebhookClient(EngineSettings.Webhooks settings, WebhookTargets targets) {
		this.settings = settings;
		this.targets = targets;
	}

	/**
	 * What a subscriber has answered.
	 *
	 * @param status the HTTP status; {@code null} if none came
	 * @param error what went wrong; {@code null} if it has accepted the delivery
	 * @param hopeless whether it would go wrong again
	 * @param retryAfter how long the subscriber wants to be left alone; {@code null} if
	 * it has not said
	 * @param answer the beginning of what the subscriber has answered; {@code null} if no
	 * answer came
	 * @param took how long it took
	 */
	record Reply(@Nullable Integer status, @Nullable String error, boolean hopeless, @Nullable Duration retryAfter,
			@Nullable String answer, Duration took) {
	}

	Reply send(Claimed delivery) {
		long start = System.nanoTime();
		URI uri = URI.create(delivery.url());
		try {
			String refusal = this.targets.refusal(uri);
			if (refusal != null) {
				return reply(refusal, true, start);
			}
		}
		catch (UnknownHostException ex) {
			return reply("The host %s has no address".formatted(uri.getHost()), false, start);
		}
		return exchange(request(uri, delivery), start);
	}

	private HttpRequest request(URI uri, Claimed delivery) {
		String timestamp = Long.toString(delivery.claimedAt().getEpochSecond());
		return HttpRequest.newBuilder(uri)
			.timeout(this.settings.timeout())
			.header("Content-Type", "application/json")
			.header("User-Agent", USER_AGENT)
			.header("X-OJS-Event-Type", delivery.eventType())
			.header("X-OJS-Delivery-ID", WebhookDesk.DELIVERY_PREFIX + delivery.id())
			.header("X-OJS-Subscription-ID", WebhookDesk.PREFIX + delivery.webhookId())
			.header("X-OJS-Timestamp", timestamp)
			.header("X-OJS-Signature", signatures(delivery.secrets(), timestamp + '.' + delivery.body()))
			.POST(HttpRequest.BodyPublishers.ofString(delivery.body()))
			.build();
	}

	private static String signatures(List<String> secrets, String text) {
		return secrets.stream().map((secret) -> "sha256=" + signature(secret, text)).collect(Collectors.joining(","));
	}

	private static String signature(String secret, String text) {
		try {
			Mac mac = Mac.getInstance(HMAC);
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), HMAC));
			return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (NoSuchAlgorithmException | InvalidKeyException ex) {
			throw new IllegalStateException("Every Java has " + HMAC, ex);
		}
	}

	private Reply exchange(HttpRequest request, long start) {
		// The timeout of the request ends when the headers have come; a body may take
		// for ever.
		CompletableFuture<HttpResponse<String>> answer = client().sendAsync(request, (head) -> new Excerpt());
		try {
			return judge(answer.get(this.settings.timeout().toMillis(), TimeUnit.MILLISECONDS), start);
		}
		catch (TimeoutException ex) {
			answer.cancel(true);
			return reply("No answer within " + this.settings.timeout(), false, start);
		}
		catch (ExecutionException ex) {
			return reply(String.valueOf(ex.getCause()), false, start);
		}
		catch (InterruptedException ex) {
			answer.cancel(true);
			Thread.currentThread().interrupt();
			return reply("This node was stopped before the answer came", false, start);
		}
	}

	private static Reply judge(HttpResponse<String> response, long start) {
		int status = response.statusCode();
		String error = "The answer was " + status;
		if (status >= 200 && status < 300) {
			error = null;
		}
		else if (status >= 300 && status < 400) {
			error += ", and redirects are not followed";
		}
		boolean hopeless = status >= 400 && status < 500 && status != 429;
		return new Reply(status, error, hopeless, retryAfter(response), response.body(), since(start));
	}

	// What the subscriber has sent may be part of it, and not all of that can be stored.
	private static String brief(String error) {
		String plain = error.replaceAll("[^ -~]", "?");
		return (plain.length() > MAX_ERROR) ? plain.substring(0, MAX_ERROR) : plain;
	}

	private static @Nullable Duration retryAfter(HttpResponse<String> response) {
		return response.headers()
			.firstValue("Retry-After")
			.filter((value) -> value.matches("\\d{1,6}"))
			.map((value) -> Duration.ofSeconds(Long.parseLong(value)))
			.orElse(null);
	}

	private static Duration since(long start) {
		return Duration.ofNanos(System.nanoTime() - start);
	}

	private static Reply reply(String error, boolean hopeless, long start) {
		return new Reply(null, brief(error), hopeless, null, null, since(start));
	}

	// It has threads of its own, which a node without subscriptions does without. As it
	// cannot be closed, they may outlive the application for a while, whose class loader
	// they must not hold.
	private synchronized HttpClient client() {
		HttpClient current = this.client;
		if (current == null) {
			Thread caller = Thread.currentThread();
			ClassLoader before = caller.getContextClassLoader();
			caller.setContextClassLoader(WebhookClient.class.getClassLoader());
			try {
				current = HttpClient.newBuilder()
					.version(HttpClient.Version.HTTP_1_1)
					.connectTimeout(this.settings.connectTimeout())
					.followRedirects(HttpClient.Redirect.NEVER)
					.executor(Executors.newCachedThreadPool(WebhookClient::daemon))
					.build();
				this.client = current;
			}
			finally {
				caller.setContextClassLoader(before);
			}
		}
		return current;
	}

	private static Thread daemon(Runnable task) {
		Thread thread = new Thread(task, "ojs-webhook-client");
		thread.setDaemon(true);
		thread.setContextClassLoader(WebhookClient.class.getClassLoader());
		return thread;
	}

}
