package org.openjobspec.boot;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A subscriber on this machine that remembers what it was sent.
 */
public final class WebhookReceiver implements AutoCloseable {

	private static final byte[] LINE = "and so on, and so on\n".getBytes(StandardCharsets.UTF_8);

	private final HttpServer server;

	private final ExecutorService executor = Executors.newCachedThreadPool();

	private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();

	private final List<Received> received = new CopyOnWriteArrayList<>();

	private volatile @Nullable CountDownLatch held;

	private volatile boolean endless;

	/**
	 * Listens on a free port.
	 */
	public WebhookReceiver() {
		try {
			this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		this.server.setExecutor(this.executor);
		this.server.createContext("/", this::handle);
		this.server.start();
	}

	private void handle(HttpExchange exchange) throws IOException {
		try (exchange) {
			String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
			this.received.add(new Received(exchange.getRequestHeaders().getFirst("X-OJS-Event-Type"),
					exchange.getRequestHeaders().getFirst("X-OJS-Delivery-ID"),
					exchange.getRequestHeaders().getFirst("X-OJS-Subscription-ID"),
					String.valueOf(exchange.getRequestHeaders().getFirst("X-OJS-Timestamp")),
					String.valueOf(exchange.getRequestHeaders().getFirst("X-OJS-Signature")),
					exchange.getRequestHeaders().getFirst("User-Agent"), body));
			awaitRelease();
			if (this.endless) {
				pour(exchange);
			}
			Integer answer = this.answers.poll();
			int status = (answer != null) ? answer : 204;
			if (status >= 300 && status < 400) {
				exchange.getResponseHeaders().set("Location", url() + "/elsewhere");
			}
			exchange.sendResponseHeaders(status, -1);
		}
	}

	private void awaitRelease() {
		CountDownLatch latch = this.held;
		try {
			if (latch != null) {
				latch.await();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	// Ends when the other side hangs up.
	private void pour(HttpExchange exchange) throws IOException {
		exchange.sendResponseHeaders(200, 0);
		try (OutputStream body = exchange.getResponseBody()) {
			while (!Thread.currentThread().isInterrupted()) {
				body.write(LINE);
				body.flush();
			}
		}
	}

	/**
	 * Return where to send.
	 * @return the URL
	 */
	public String url() {
		return "http://localhost:" + this.server.getAddress().getPort();
	}

	/**
	 * Answer the next requests with these, and all others with 204.
	 * @param statuses the statuses
	 */
	public void answer(Integer... statuses) {
		this.answers.addAll(List.of(statuses));
	}

	/**
	 * Answer nothing before {@link #release}.
	 */
	public void hold() {
		this.held = new CountDownLatch(1);
	}

	/**
	 * Answer what was held, and what comes.
	 */
	public void release() {
		CountDownLatch latch = this.held;
		this.held = null;
		if (latch != null) {
			latch.countDown();
		}
	}

	/**
	 * Answer with 200 and a body that never ends.
	 */
	public void answerWithoutEnd() {
		this.endless = true;
	}

	/**
	 * Return what has come.
	 * @return the requests in their order
	 */
	public List<Received> received() {
		return this.received;
	}

	@Override
	public void close() {
		release();
		this.server.stop(0);
		this.executor.shutdownNow();
	}

	/**
	 * Sign as the specification has it.
	 * @param secret the secret
	 * @param text what is signed
	 * @return one signature
	 */
	public static String signature(String secret, String text) {
		try {
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
			return "sha256=" + HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A request that has come.
	 *
	 * @param eventType the type of the event
	 * @param deliveryId the delivery
	 * @param subscriptionId the subscription
	 * @param timestamp when the attempt began, in seconds
	 * @param signature the signatures
	 * @param userAgent who sends
	 * @param body the event
	 */
	public record Received(@Nullable String eventType, @Nullable String deliveryId, @Nullable String subscriptionId,
			String timestamp, String signature, @Nullable String userAgent, String body) {

		/**
		 * Read the event.
		 * @return its envelope
		 */
		public JsonNode json() {
			return JsonMapper.shared().readTree(this.body);
		}

		/**
		 * Return what a signature over this request with a secret is.
		 * @param secret the secret
		 * @return one signature
		 */
		public String signedWith(String secret) {
			return WebhookReceiver.signature(secret, this.timestamp + "." + this.body);
		}

		/**
		 * Check a signature as the guide tells subscribers to.
		 * @param secret the secret
		 * @return whether one of the signatures is made with it
		 */
		public boolean isGenuine(String secret) {
			try {
				return isGenuine(secret, this.timestamp, this.body.getBytes(StandardCharsets.UTF_8), this.signature);
			}
			catch (GeneralSecurityException ex) {
				throw new IllegalStateException(ex);
			}
		}

		static boolean isGenuine(String secret, String timestamp, byte[] body, String signatures)
				throws GeneralSecurityException {
			if (Math.abs(Instant.now().getEpochSecond() - Long.parseLong(timestamp)) > 300) {
				// An old one, sent again by somebody else.
				return false;
			}
			Mac mac = Mac.getInstance("HmacSHA256");
			mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
			mac.update((timestamp + ".").getBytes(StandardCharsets.UTF_8));
			String expected = "sha256=" + HexFormat.of().formatHex(mac.doFinal(body));
			boolean genuine = false;
			for (String signature : signatures.split(",")) {
				genuine |= MessageDigest.isEqual(expected.getBytes(StandardCharsets.UTF_8),
						signature.getBytes(StandardCharsets.UTF_8));
			}
			return genuine;
		}

		/**
		 * Return when the attempt began.
		 * @return the time
		 */
		public Instant time() {
			return Instant.ofEpochSecond(Long.parseLong(this.timestamp));
		}

	}

}
