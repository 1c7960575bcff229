package org.openjobspec.boot.web;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Function;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;

/**
 * The keys with which the API may be called. Once there is one, nobody is served without,
 * whatever else may stand in front.
 */
final class KeyRing {

	static final String HEADER = "X-API-Key";

	private static final String SCHEME = "Bearer ";

	private final List<Entry> entries;

	/**
	 * Creates the ring.
	 * @param keys the keys
	 * @param queueOf the queue of a job that is to be enqueued
	 */
	KeyRing(List<ApiKey> keys, Function<JobRequest, String> queueOf) {
		this.entries = keys.stream()
			.map((key) -> new Entry(HexFormat.of().parseHex(key.hash()), new KeyGrant(key, queueOf)))
			.toList();
	}

	/**
	 * What a request may do.
	 * @param request the request
	 * @param route its route; {@code null} if it has none
	 * @return what it may do
	 * @throws InvalidRequestException if it may not even begin: 401 without a key that is
	 * known, 403 if the route is not for its key
	 */
	Grant admit(HttpServletRequest request, @Nullable Route route) {
		ApiRole role = (route != null) ? route.role() : null;
		if (this.entries.isEmpty() || (route != null && role == null)) {
			return Grant.ALL;
		}
		KeyGrant grant = find(key(request));
		if (role != null) {
			grant.require(role);
		}
		return grant;
	}

	private static String key(HttpServletRequest request) {
		String key = request.getHeader(HEADER);
		if (key != null) {
			return key;
		}
		String authorization = request.getHeader("Authorization");
		if (authorization != null && authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
			return authorization.substring(SCHEME.length()).strip();
		}
		throw unauthenticated("The request has no API key");
	}

	// All are compared, each in constant time: how long it takes tells nothing of how
	// much of a key is right, nor of which.
	private KeyGrant find(String key) {
		byte[] hash = sha256(key);
		KeyGrant found = null;
		for (Entry entry : this.entries) {
			if (MessageDigest.isEqual(hash, entry.hash())) {
				found = entry.grant();
			}
		}
		if (found == null) {
			throw unauthenticated("The API key is not one of this server's");
		}
		return found;
	}

	private static InvalidRequestException unauthenticated(String message) {
		return InvalidRequestException.protocol("unauthenticated", 401, message,
				"Send a key as 'Authorization: Bearer KEY' or '%s: KEY'; the operator of this server hands them out."
					.formatted(HEADER));
	}

	private static byte[] sha256(String text) {
		try {
			return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException("Every Java has SHA-256", ex);
		}
	}

	@SuppressWarnings("ArrayRecordComponent")
	private record Entry(byte[] hash, KeyGrant grant) {
	}

}
