package org.openjobspec.boot.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import tools.jackson.databind.JsonNode;

/**
 * Evaluates an {@code ASSERT} step: it sends nothing and compares replies that earlier
 * steps got.
 */
final class LocalAssertions {

	private final Step step;

	private final Session session;

	private final Tally tally;

	private LocalAssertions(Step step, Session session, Tally tally) {
		this.step = step;
		this.session = session;
		this.tally = tally;
	}

	static void evaluate(Step step, Session session, Tally tally) {
		LocalAssertions assertions = new LocalAssertions(step, session, tally);
		for (Map.Entry<String, JsonNode> entry : step.get("assertions").properties()) {
			switch (entry.getKey()) {
				case "equality" -> assertions.equality(entry.getValue());
				case "exclusive_claim" -> assertions.exclusiveClaim(entry.getValue());
				default ->
					tally.fail(Failure.of(step.label(), entry.getKey(), "cannot be evaluated without a request"));
			}
		}
	}

	private void equality(JsonNode pairs) {
		for (Map.Entry<String, JsonNode> pair : pairs.properties()) {
			Optional<JsonNode> left = Templates.value(pair.getKey(), this.session);
			Optional<JsonNode> right = Templates.value(pair.getValue().asString(""), this.session);
			Optional<String> mismatch = (left.isPresent() && right.isPresent())
					? (left.equals(right) ? Optional.empty() : Optional.of("the two differ"))
					: Optional.of("one of the two is not there");
			this.tally.evaluated(this.step, pair.getKey(), right.map(Json::describe).orElse("nothing"),
					left.map(Json::describe).orElse("nothing"), mismatch);
		}
	}

	private void exclusiveClaim(JsonNode claim) {
		String jobId = Templates.resolve(Mode.STRICT, claim.path("job_id").asString(""), this.session);
		List<JsonNode> fetches = new ArrayList<>();
		for (JsonNode fetch : claim.path("fetches")) {
			fetches.add(Templates.value(fetch.asString(""), this.session).orElse(Json.missing()));
		}
		for (Map.Entry<String, JsonNode> entry : claim.properties()) {
			switch (entry.getKey()) {
				case "job_id", "fetches" -> {
					// What the other keys speak about.
				}
				case "exactly_one_has_job" -> exactlyOne(entry, fetches,
						fetches.stream()
							.filter((jobs) -> jobs.values()
								.stream()
								.anyMatch((job) -> job.path("id").asString("").equals(jobId)))
							.count());
				case "exactly_one_empty" -> exactlyOne(entry, fetches,
						fetches.stream().filter((jobs) -> jobs.isArray() && jobs.isEmpty()).count());
				default ->
					this.tally.fail(Failure.of(this.step.label(), entry.getKey(), "unknown key of exclusive_claim"));
			}
		}
	}

	private void exactlyOne(Map.Entry<String, JsonNode> wanted, List<JsonNode> fetches, long count) {
		boolean understood = wanted.getValue().asBoolean(false);
		Optional<String> mismatch = understood
				? ((count == 1) ? Optional.empty() : Optional.of("it is true of %d fetches".formatted(count)))
				: Optional.of("only 'true' has a meaning here");
		this.tally.evaluated(this.step, "exclusive_claim." + wanted.getKey(), wanted.getValue().toString(),
				fetches.toString(), mismatch);
	}

}
