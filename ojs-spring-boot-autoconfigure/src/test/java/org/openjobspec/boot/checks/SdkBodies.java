package org.openjobspec.boot.checks;

import java.util.Map;
import java.util.Objects;

/**
 * What each official SDK sends for periodic jobs, workflows and unique jobs, as its own
 * code makes it. {@code NAME}, {@code CONFLICT} and {@code ID} are to be replaced.
 */
final class SdkBodies {

	/** A periodic job; the Java SDK passes on what the Spring starter makes. */
	private static final Map<Sdk, String> CRON = Map.of(Sdk.JS,
			"""
					{"name":"NAME","cron":"0 9 * * MON-FRI","type":"report.generate","args":[{"a":1}],"timezone":"Europe/Berlin","meta":{"k":"v"},"options":{"queue":"js-q","priority":5,"retry":{"max_attempts":5,"initial_interval":"PT2S","backoff_coefficient":3,"max_interval":"PT1M"},"tags":["x"]}}""",
			Sdk.PYTHON,
			"""
					{"name":"NAME","cron":"*/5 * * * *","type":"report.generate","args":["a"],"timezone":"America/New_York","meta":{"k":"v"},"options":{"queue":"py-q","priority":5,"retry":{"max_attempts":5,"initial_interval":"PT1S","backoff_coefficient":2.0,"max_interval":"PT5M","jitter":true,"non_retryable_errors":["auth.*"]},"tags":["x"]}}""",
			Sdk.GO,
			"""
					{"name":"NAME","cron":"@hourly","timezone":"UTC","type":"report.generate","args":[{"to":"a"}],"meta":{"k":"v"},"options":{"queue":"go-q","timeout_ms":30000,"retry":{"max_attempts":5,"initial_interval_ms":2000}}}""",
			Sdk.JAVA, """
					{"name":"NAME","cron":"0 0 * * *","type":"report.generate","queue":"java-q","args":{"to":"a"}}""",
			Sdk.RUBY,
			"""
					{"name":"NAME","cron":"*/5 * * * *","type":"report.generate","args":[{"to":"a"}],"queue":"rb-q","meta":{"k":"v"}}""",
			Sdk.RUST,
			"""
					{"name":"NAME","cron":"0 30 9 * * *","timezone":"UTC","type":"report.generate","args":[{"to":"a"}],"options":{"queue":"rs-q"},"overlap_policy":"cancel_previous","enabled":true,"description":"daily"}""");

	private static final Map<Sdk, String> CHAIN = Map.of(Sdk.JS,
			"""
					{"type":"chain","steps":[{"type":"data.fetch","args":[{"url":"u"}],"options":{"queue":"js-q","retry":{"maxAttempts":2,"initialInterval":"PT1S","backoffCoefficient":2,"maxInterval":"PT1M","jitter":true},"timeout_ms":5000,"tags":["x"]}},{"type":"group","jobs":[{"type":"data.load","args":[]},{"type":"data.load","args":[]}]}]}""",
			Sdk.PYTHON,
			"""
					{"name":"etl","steps":[{"id":"step-0","type":"data.fetch","args":["u"],"depends_on":[],"options":{"queue":"py-q","retry":{"max_attempts":2,"initial_interval":"PT1S","backoff_coefficient":2.0,"max_interval":"PT5M","jitter":true}}},{"id":"step-1","type":"data.load","args":[],"depends_on":["step-0"]}]}""",
			Sdk.GO,
			"""
					{"steps":[{"id":"step-0","type":"data.fetch","args":[{"url":"u"}],"depends_on":[],"options":{"queue":"go-q"}},{"id":"step-1","type":"data.load","args":[],"depends_on":["step-0"]}]}""",
			Sdk.JAVA,
			"""
					{"name":"etl","steps":[{"id":"step_0","type":"data.fetch","args":[{"url":"u"}],"options":{"queue":"java-q"}},{"id":"step_1","type":"data.load","args":[{}],"depends_on":["step_0"]}]}""",
			Sdk.RUBY,
			"""
					{"type":"chain","name":"etl","steps":[{"type":"data.fetch","args":[{"url":"u"}],"queue":"rb-q","priority":3,"retry":{"max_attempts":2},"timeout":30,"meta":{"k":"v"}},{"type":"data.load","args":[{}]}]}""",
			Sdk.RUST,
			"""
					{"name":"etl","steps":[{"id":"step-0","type":"data.fetch","args":[{"url":"u"}],"options":{"queue":"rs-q","priority":3,"timeout_ms":5000}},{"id":"step-1","type":"data.load","args":[{}],"depends_on":["step-0"]}]}""");

	private static final Map<Sdk, String> GROUP = Map.of(Sdk.JS,
			"""
					{"type":"group","jobs":[{"type":"export.csv","args":[{"id":1}]},{"type":"chain","steps":[{"type":"export.pdf","args":[]},{"type":"export.zip","args":[]}]}]}""",
			Sdk.PYTHON,
			"""
					{"name":"exports","steps":[{"id":"step-0","type":"export.csv","args":[1],"depends_on":[]},{"id":"step-1","type":"export.pdf","args":[1],"depends_on":[]}]}""",
			Sdk.GO,
			"""
					{"steps":[{"id":"job-0","type":"export.csv","args":[{"id":1}],"depends_on":[]},{"id":"job-1","type":"export.pdf","args":[{"id":1}],"depends_on":[]}]}""",
			Sdk.JAVA,
			"""
					{"name":"exports","steps":[{"id":"step_0","type":"export.csv","args":[{"id":1}]},{"id":"step_1","type":"export.pdf","args":[{"id":1}]}]}""",
			Sdk.RUBY,
			"""
					{"type":"group","name":"exports","jobs":[{"type":"export.csv","args":[{"id":1}]},{"type":"export.pdf","args":[{"id":1}]}]}""",
			Sdk.RUST,
			"""
					{"steps":[{"id":"job-0","type":"export.csv","args":[{"id":1}]},{"id":"job-1","type":"export.pdf","args":[{"id":1}]}]}""");

	private static final Map<Sdk, String> BATCH = Map.of(Sdk.JS,
			"""
					{"type":"batch","jobs":[{"type":"email.send","args":["a"]},{"type":"email.send","args":["b"]}],"callbacks":{"on_complete":{"type":"batch.report","args":[]},"on_success":{"type":"batch.celebrate","args":[]},"on_failure":{"type":"batch.alert","args":[]}}}""",
			Sdk.PYTHON,
			"""
					{"name":"mail","steps":[{"id":"step-0","type":"email.send","args":["a"],"depends_on":[]},{"id":"step-1","type":"email.send","args":["b"],"depends_on":[]},{"id":"on_complete","type":"batch.report","args":[],"depends_on":["step-0","step-1"],"options":{"callback_type":"on_complete"}},{"id":"on_success","type":"batch.celebrate","args":[],"depends_on":["step-0","step-1"],"options":{"callback_type":"on_success"}},{"id":"on_failure","type":"batch.alert","args":[],"depends_on":["step-0","step-1"],"options":{"callback_type":"on_failure"}}]}""",
			Sdk.GO,
			"""
					{"name":"mail","steps":[{"id":"job-0","type":"email.send","args":[{"to":"a"}],"depends_on":[]},{"id":"job-1","type":"email.send","args":[{"to":"b"}],"depends_on":[]},{"id":"on-complete","type":"batch.report","args":[],"depends_on":["job-0","job-1"]},{"id":"on-success","type":"batch.celebrate","args":[],"depends_on":["job-0","job-1"]},{"id":"on-failure","type":"batch.alert","args":[],"depends_on":["job-0","job-1"]}]}""",
			Sdk.JAVA,
			"""
					{"name":"mail","steps":[{"id":"step_0","type":"email.send","args":[{"to":"a"}]},{"id":"step_1","type":"email.send","args":[{"to":"b"}]},{"id":"on_complete","type":"batch.report","args":[{}],"depends_on":["step_0","step_1"]},{"id":"on_success","type":"batch.celebrate","args":[{}],"depends_on":["step_0","step_1"]},{"id":"on_failure","type":"batch.alert","args":[{}],"depends_on":["step_0","step_1"]}]}""",
			Sdk.RUBY,
			"""
					{"type":"batch","name":"mail","jobs":[{"type":"email.send","args":[{"to":"a"}]},{"type":"email.send","args":[{"to":"b"}]}],"callbacks":{"on_complete":{"type":"batch.report","args":[{}]},"on_success":{"type":"batch.celebrate","args":[{}]},"on_failure":{"type":"batch.alert","args":[{}]}}}""",
			Sdk.RUST,
			"""
					{"name":"mail","steps":[{"id":"job-0","type":"email.send","args":[{"to":"a"}]},{"id":"job-1","type":"email.send","args":[{"to":"b"}]},{"id":"on-complete","type":"batch.report","args":[{}],"depends_on":["job-0","job-1"]},{"id":"on-success","type":"batch.celebrate","args":[{}],"depends_on":["job-0","job-1"]},{"id":"on-failure","type":"batch.alert","args":[{}],"depends_on":["job-0","job-1"]}]}""");

	private static final Map<Sdk, String> UNIQUE = Map.of(Sdk.JS,
			"""
					{"type":"email.send","args":[{"to":"a"}],"options":{"queue":"js-q","unique":{"key":["to"],"period":"PT1H","on_conflict":"CONFLICT","states":["available","active"]}}}""",
			Sdk.PYTHON,
			"""
					{"type":"email.send","args":["a"],"options":{"queue":"py-q","unique":{"key":["type","queue","args"],"period":"PT1H","states":["available","active","scheduled"],"on_conflict":"CONFLICT"}}}""",
			Sdk.GO,
			"""
					{"type":"email.send","args":[{"to":"a"}],"options":{"queue":"go-q","unique":{"key":["to"],"period_ms":3600000,"on_conflict":"CONFLICT"}}}""",
			Sdk.JAVA,
			"""
					{"type":"email.send","args":[{"to":"a"}],"options":{"queue":"java-q","unique":{"key":["to"],"period_ms":3600000,"on_conflict":"CONFLICT"}}}""",
			Sdk.RUBY,
			"""
					{"specversion":"1.0","id":"ID","type":"email.send","queue":"rb-q","args":[{"to":"a"}],"unique":{"keys":["type","args"],"args_keys":["to"],"period":"1h","on_conflict":"CONFLICT"}}""",
			Sdk.RUST,
			"""
					{"type":"email.send","args":[{"to":"a"}],"options":{"queue":"rs-q","unique":{"keys":["type","args"],"args_keys":["to"],"period":"PT1H","states":["available","active","scheduled","retryable","pending"],"on_conflict":"CONFLICT"}}}""");

	private SdkBodies() {
	}

	static String cron(Sdk sdk, String name) {
		return of(CRON, sdk).replace("NAME", name);
	}

	static String chain(Sdk sdk) {
		return of(CHAIN, sdk);
	}

	static String group(Sdk sdk) {
		return of(GROUP, sdk);
	}

	static String batch(Sdk sdk) {
		return of(BATCH, sdk);
	}

	/**
	 * A unique job.
	 * @param id the id that Ruby chooses
	 */
	static String unique(Sdk sdk, String onConflict, String id) {
		return of(UNIQUE, sdk).replace("CONFLICT", onConflict).replace("\"ID\"", '"' + id + '"');
	}

	private static String of(Map<Sdk, String> bodies, Sdk sdk) {
		return Objects.requireNonNull(bodies.get(sdk), sdk.name());
	}

}
