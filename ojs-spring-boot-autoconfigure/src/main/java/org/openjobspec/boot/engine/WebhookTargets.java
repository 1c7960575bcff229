package org.openjobspec.boot.engine;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Locale;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;

/**
 * Where deliveries may go: what subscribers name must not lead the server to itself or
 * into the network that it stands in.
 */
final class WebhookTargets {

	private static final int MAX_URL = 2048;

	private final boolean http;

	private final boolean privateAddresses;

	WebhookTargets(EngineSettings.Webhooks settings) {
		this.http = settings.allowHttp();
		this.privateAddresses = settings.allowPrivateAddresses();
	}

	/**
	 * Checks a URL when somebody subscribes. The host is not resolved: its addresses may
	 * change, and are looked at whenever something is sent.
	 * @param url the URL
	 * @return the same URL
	 * @throws InvalidRequestException if nothing may be sent there
	 */
	String check(String url) {
		if (url.length() > MAX_URL) {
			throw InvalidRequestException.field("url", "url must have at most %d characters".formatted(MAX_URL));
		}
		URI uri;
		try {
			uri = new URI(url);
		}
		catch (URISyntaxException ex) {
			throw InvalidRequestException.field("url", "url must be an absolute URL such as https://example.com/hook");
		}
		String problem = problem(uri);
		if (problem != null) {
			throw InvalidRequestException.field("url", "url " + problem);
		}
		return url;
	}

	private @Nullable String problem(URI uri) {
		String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
		if (!scheme.equals("https") && !(this.http && scheme.equals("http"))) {
			return this.http ? "must begin with https:// or http://" : "must begin with https://";
		}
		if (uri.getHost() == null) {
			return "must name a host";
		}
		if (uri.getRawUserInfo() != null || uri.getRawFragment() != null) {
			return "must have neither a user nor a fragment";
		}
		return (uri.getPort() == 0 || uri.getPort() > 65_535) ? "must have a port from 1 to 65535" : null;
	}

	/**
	 * Looks whether something may be sent now.
	 * @param uri where to
	 * @return why not, or {@code null}
	 * @throws UnknownHostException if the host has no address
	 */
	@Nullable String refusal(URI uri) throws UnknownHostException {
		String problem = problem(uri);
		if (problem != null) {
			return "The URL " + problem;
		}
		InetAddress[] addresses = InetAddress.getAllByName(uri.getHost());
		// All of them, since the client may connect to any.
		if (!this.privateAddresses && Arrays.stream(addresses).anyMatch(WebhookTargets::isPrivate)) {
			return "The host %s has an address that is not public".formatted(uri.getHost());
		}
		return null;
	}

	static boolean isPrivate(InetAddress address) {
		if (address.isLoopbackAddress() || address.isLinkLocalAddress() || address.isSiteLocalAddress()
				|| address.isMulticastAddress() || address.isAnyLocalAddress()) {
			return true;
		}
		byte[] bytes = address.getAddress();
		return (address instanceof Inet4Address) ? isReserved(bytes, 0) : isReservedV6(bytes);
	}

	private static boolean isReserved(byte[] bytes, int at) {
		int first = bytes[at] & 0xFF;
		int second = bytes[at + 1] & 0xFF;
		int third = bytes[at + 2] & 0xFF;
		return switch (first) {
			case 0, 10, 127 -> true;
			case 100 -> second >= 64 && second < 128;
			case 169 -> second == 254;
			case 172 -> second >= 16 && second < 32;
			case 192 -> second == 168 || (second == 0 && third == 0);
			case 198 -> second == 18 || second == 19;
			default -> first >= 224;
		};
	}

	private static boolean isReservedV6(byte[] bytes) {
		int first = ((bytes[0] & 0xFF) << 8) | (bytes[1] & 0xFF);
		if ((first & 0xFE00) == 0xFC00) {
			return true;
		}
		// Those that carry an IPv4 address lead to it: NAT64, 6to4, and the compatible
		// form.
		if (first == 0x2002) {
			return isReserved(bytes, 2);
		}
		if (first == 0x0064 && (bytes[2] & 0xFF) == 0xFF && (bytes[3] & 0xFF) == 0x9B) {
			// The prefixes for use within a network have it elsewhere (RFC 8215).
			boolean wellKnown = bytes[4] == 0 && bytes[5] == 0;
			return !wellKnown || isReserved(bytes, 12);
		}
		// Teredo hides one as well.
		if (first == 0x2001 && bytes[2] == 0 && bytes[3] == 0) {
			return true;
		}
		return first == 0;
	}

}
