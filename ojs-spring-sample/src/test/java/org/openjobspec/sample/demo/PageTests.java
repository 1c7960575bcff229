package org.openjobspec.sample.demo;

import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.openjobspec.sample.ShopTest;

import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.servlet.client.RestTestClient;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests that the page is whole: what it loads and calls is there, and it takes nothing
 * from elsewhere.
 */
class PageTests extends ShopTest {

	private static final Pattern CALL = Pattern.compile("(get|post|put)\\([`']([^`']+)[`']");

	@Test
	void thePageIsWhereTheApplicationListens() {
		client().get()
			.uri("/")
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentTypeCompatibleWith(MediaType.TEXT_HTML)
			.expectBody(String.class)
			.value((page) -> assertThat(page).contains("Content-Security-Policy").contains("shop/main.js"));
	}

	@Test
	void whatItLoadsIsThere() throws IOException {
		Stream<String> inPage = names("(?:src|href)=\"([^\"#]+)\"", "static/index.html");
		Stream<String> inScripts = scripts().stream()
			.flatMap((script) -> names("(?:from|import) '\\./([^']+)'", script));
		List<String> loaded = Stream.concat(inPage, inScripts.map((name) -> "shop/" + name)).distinct().toList();
		assertThat(loaded).contains("shop/shop.css", "shop/api.js", "shop/dom.js");
		for (String path : loaded) {
			client().get().uri("/" + path).exchange().expectStatus().isOk();
		}
	}

	private static Stream<String> names(String regex, String resource) {
		return Pattern.compile(regex).matcher(read(resource)).results().map((result) -> result.group(1));
	}

	private static List<String> scripts() throws IOException {
		return Stream.of(new PathMatchingResourcePatternResolver().getResources("classpath:static/shop/*.js"))
			.map(Resource::getFilename)
			.map((name) -> "static/shop/" + name)
			.toList();
	}

	private static String read(String resource) {
		try {
			return new ClassPathResource(resource).getContentAsString(UTF_8);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	static List<MatchResult> calls() {
		Matcher matcher = CALL.matcher(read("static/shop/api.js"));
		return matcher.results().toList();
	}

	@ParameterizedTest
	@MethodSource("calls")
	void whatItCallsIsThere(MatchResult call) {
		String path = call.group(2)
			.replaceAll("\\$\\{id}", UUID.randomUUID().toString())
			.replaceAll("\\$\\{[^}]+}", "default");
		RestTestClient.RequestBodySpec request = client().method(HttpMethod.valueOf(call.group(1).toUpperCase()))
			.uri("/" + path);
		if (!call.group(1).equals("get")) {
			request.contentType(MediaType.APPLICATION_JSON).body("{}");
		}
		RestTestClient.ResponseSpec response = request.exchange();
		response.expectBody(String.class).value((body) -> {
			int status = response.returnResult(String.class).getStatus().value();
			assertThat(status).as(body).isNotEqualTo(405).isLessThan(500);
			if (status == 404) {
				assertThat(body).as(path).contains("resource_type");
			}
		});
	}

	@Test
	void itTakesNothingFromElsewhereAndMakesNoMarkupOfData() throws IOException {
		assertThat(calls()).hasSizeGreaterThan(20);
		for (String resource : Stream.concat(Stream.of("static/index.html", "static/shop/shop.css"), scripts().stream())
			.toList()) {
			assertThat(read(resource)).as(resource)
				.doesNotContain("://", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(");
		}
	}

}
