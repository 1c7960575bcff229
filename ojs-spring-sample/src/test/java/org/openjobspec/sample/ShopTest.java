package org.openjobspec.sample;

import org.openjobspec.boot.TestDatabase;
import org.openjobspec.boot.test.AutoConfigureOjsTest;
import org.openjobspec.boot.test.OjsJobs;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.MediaType;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.client.RestTestClient;

/**
 * The running shop, whose jobs run when a test says so. All subclasses share one
 * application.
 */
@SpringBootTest(webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT)
@AutoConfigureOjsTest
public abstract class ShopTest {

	@LocalServerPort
	private int port;

	@Autowired
	protected OjsJobs ojs;

	@DynamicPropertySource
	static void database(DynamicPropertyRegistry registry) {
		TestDatabase.fresh().springProperties().forEach((name, value) -> registry.add(name, () -> value));
	}

	protected final RestTestClient client() {
		return RestTestClient.bindToServer().baseUrl("http://localhost:" + this.port).build();
	}

	protected final RestTestClient.ResponseSpec post(String path, String json) {
		return client().post().uri(path).contentType(MediaType.APPLICATION_JSON).body(json).exchange();
	}

	protected final void provider(String mode) {
		client().put().uri("/demo/provider").contentType(MediaType.APPLICATION_JSON).body("""
				{"mode":"%s"}""".formatted(mode)).exchange().expectStatus().isOk();
	}

}
