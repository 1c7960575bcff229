package org.openjobspec.benchmarks.input;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What makes a run repeatable, and how far it reaches.
 */
class GeneratorTests {

	@Test
	void aRequestIsTheSameWheneverItIsMade() {
		Generator one = new Generator(7);
		Generator other = new Generator(7);
		Generator another = new Generator(8);
		LongStream.range(0, 2000)
			.forEach((index) -> assertThat(other.request(index).bytes()).as("request " + index)
				.isEqualTo(one.request(index).bytes()));
		assertThat(LongStream.range(0, 2000)
			.filter((index) -> Arrays.equals(another.request(index).bytes(), one.request(index).bytes()))
			.count()).isLessThan(20);
	}

	@Test
	void everyEndpointIsSpoiltInEveryWay() {
		Generator generator = new Generator(1);
		Set<String> endpoints = new HashSet<>();
		Set<Family> families = EnumSet.noneOf(Family.class);
		Set<Expectation> expectations = EnumSet.noneOf(Expectation.class);
		LongStream.range(0, 20_000).mapToObj(generator::request).forEach((request) -> {
			endpoints.add(request.endpoint());
			families.add(request.family());
			expectations.add(request.expectation());
		});
		assertThat(endpoints).hasSameSizeAs(Catalogue.ALL);
		assertThat(families).hasSameSizeAs(Family.values());
		assertThat(expectations).hasSameSizeAs(Expectation.values());
	}

	@Test
	void jsonOfTheCatalogueIsWrittenAsItWasRead() {
		JsonTree tree = JsonTree.parse("{\"a\": [1, -2.50, \"x\", {}, [], null, true]}");
		StringBuilder text = new StringBuilder();
		tree.write(text);
		assertThat(text).hasToString("{\"a\":[1,-2.50,\"x\",{},[],null,true]}");
	}

}
