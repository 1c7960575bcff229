package org.openjobspec.boot.engine;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjobspec.boot.job.InvalidRequestException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Where deliveries may go.
 */
class WebhookTargetsTests {

	private final WebhookTargets targets = new WebhookTargets(EngineSettings.Webhooks.DEFAULT);

	@ParameterizedTest
	@ValueSource(strings = { "127.0.0.1", "127.9.9.9", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255",
			"192.168.1.1", "192.0.0.8", "169.254.169.254", "100.64.0.1", "100.127.255.255", "198.18.0.1", "224.0.0.1",
			"240.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fec0::1", "fc00::1", "fd12:3456::1", "ff02::1",
			"::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::1", "::a00:1",
			"64:ff9b:1:a9fe:a9:fe00:808:808", "2001::1", "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe",
			"2002:a9fe:a9fe::1", "::ffff:0:a9fe:a9fe", "fd00:ec2::254", "fe80::5efe:a9fe:a9fe" })
	void anAddressThatIsNotPublicIsRefused(String address) throws UnknownHostException {
		assertThat(WebhookTargets.isPrivate(InetAddress.getByName(address))).isTrue();
		String host = (address.indexOf(':') >= 0) ? '[' + address + ']' : address;
		assertThat(this.targets.refusal(URI.create("https://" + host + "/hook"))).contains("not public");
	}

	@ParameterizedTest
	@ValueSource(strings = { "2130706433", "127.1", "0", "localhost" })
	void anotherSpellingOfAnAddressIsNoWayAround(String host) throws UnknownHostException {
		assertThat(this.targets.refusal(URI.create("https://" + host + "/hook"))).isNotNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "8.8.8.8", "93.184.216.34", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
			"192.0.2.1", "198.20.0.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1" })
	void aPublicAddressIsNot(String address) throws UnknownHostException {
		assertThat(WebhookTargets.isPrivate(InetAddress.getByName(address))).isFalse();
	}

	@Test
	void aNameThatLeadsToThisMachineIsRefusedToo() throws UnknownHostException {
		assertThat(this.targets.refusal(URI.create("https://localhost/hook"))).contains("localhost");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "hook", "/hook", "http://example.com/hook", "ftp://example.com", "https:///hook",
			"https://user:secret@example.com/hook", "https://example.com/hook#part", "https://example.com:70000/hook",
			"https://exa mple.com", "file:///etc/passwd", "mailto:a@example.com" })
	void whatIsNoUrlForADeliveryIsRefusedByName(String url) {
		assertThatExceptionOfType(InvalidRequestException.class).isThrownBy(() -> this.targets.check(url))
			.satisfies((ex) -> {
				assertThat(ex.details()).containsEntry("field", "url");
				assertThat(ex.getMessage()).startsWith("url ");
			});
	}

	@Test
	void plainHttpAndPrivateAddressesMayBeAllowed() throws UnknownHostException {
		WebhookTargets lenient = new WebhookTargets(new EngineSettings.Webhooks(true, true, true,
				Duration.ofSeconds(10), Duration.ofSeconds(30), 8, Duration.ofDays(7)));
		assertThat(lenient.check("http://localhost:8080/hook")).isEqualTo("http://localhost:8080/hook");
		assertThat(lenient.refusal(URI.create("http://localhost:8080/hook"))).isNull();
	}

}
