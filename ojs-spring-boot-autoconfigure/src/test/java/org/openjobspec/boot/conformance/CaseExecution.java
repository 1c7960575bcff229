package org.openjobspec.boot.conformance;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Plays one case against one server, once. The mode of the execution decides what is
 * sent; the replies may serve more than one reading.
 */
final class CaseExecution {

	private final ConformanceCase testCase;

	private final Mode mode;

	private final List<Tally> tallies;

	private final TargetServer server;

	private final Pause pause;

	private final Session session = new Session();

	private CaseExecution(ConformanceCase testCase, Mode mode, Set<Mode> readings, TargetServer server, Pause pause) {
		this.testCase = testCase;
		this.mode = mode;
		this.tallies = readings.stream().map(Tally::new).toList();
		this.server = server;
		this.pause = pause;
	}

	/**
	 * Resets the server and plays a case.
	 * @param testCase the case
	 * @param mode what to send
	 * @param readings how to judge the replies
	 * @param server the server, used by nobody else meanwhile
	 * @param pause how to wait
	 * @return the outcome of each reading
	 * @throws InterruptedException if the run is being given up
	 */
	static Map<Mode, Outcome> play(ConformanceCase testCase, Mode mode, Set<Mode> readings, TargetServer server,
			Pause pause) throws InterruptedException {
		server.reset();
		return new CaseExecution(testCase, mode, readings, server, pause).play();
	}

	private Map<Mode, Outcome> play() throws InterruptedException {
		long start = System.nanoTime();
		strictly((tally) -> Vocabulary.objections(this.testCase).forEach(tally::fail));
		for (List<Step> group : groups()) {
			if (group.size() == 1) {
				judge(group.get(0), execute(group.get(0)));
			}
			else {
				playTogether(group);
			}
		}
		long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
		Map<Mode, Outcome> outcomes = new EnumMap<>(Mode.class);
		this.tallies.forEach((tally) -> outcomes.put(tally.mode(), tally.outcome(millis)));
		return outcomes;
	}

	/**
	 * The steps in the order of execution, those that run at the same time together. Of
	 * steps that share an id, also the empty one, the public runner plays only the first.
	 */
	private List<List<Step>> groups() {
		List<Step> steps = this.testCase.steps();
		Set<String> linked = steps.stream()
			.filter((step) -> !step.parallelWith().isEmpty())
			.flatMap((step) -> List.of(step.id(), step.parallelWith()).stream())
			.collect(Collectors.toSet());
		List<List<Step>> groups = new ArrayList<>();
		Set<String> played = new HashSet<>();
		boolean lastWasLinked = false;
		for (Step step : steps) {
			boolean repeated = !played.add(step.id());
			if (repeated && this.mode == Mode.PUBLIC) {
				continue;
			}
			boolean isLinked = linked.contains(step.id());
			if (isLinked && lastWasLinked && !step.parallelWith().isEmpty()) {
				groups.get(groups.size() - 1).add(step);
			}
			else {
				groups.add(new ArrayList<>(List.of(step)));
			}
			lastWasLinked = isLinked;
		}
		return groups;
	}

	private void playTogether(List<Step> group) throws InterruptedException {
		ExecutorService executor = Executors.newFixedThreadPool(group.size());
		try {
			List<Future<List<Exchange>>> running = new ArrayList<>();
			for (Step step : group) {
				running.add(executor.submit(() -> execute(step)));
			}
			List<List<Exchange>> exchanges = new ArrayList<>();
			for (Future<List<Exchange>> step : running) {
				exchanges.add(step.get());
			}
			for (int i = 0; i < group.size(); i++) {
				judge(group.get(i), exchanges.get(i));
			}
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex.getCause());
		}
		finally {
			executor.shutdownNow();
		}
	}

	private List<Exchange> execute(Step step) throws InterruptedException {
		this.pause.pause(Duration.ofMillis(step.delayMillis()));
		if (step.isWait()) {
			this.pause.pause(Duration.ofMillis(step.waitMillis()));
			return List.of();
		}
		if (step.isLocalAssertion() && this.mode == Mode.STRICT) {
			return List.of();
		}
		int repetitions = (this.mode == Mode.STRICT) ? step.repetitions() : 1;
		List<Exchange> exchanges = new ArrayList<>();
		for (int i = 0; i < repetitions; i++) {
			exchanges.add(exchange(step));
		}
		return exchanges;
	}

	private Exchange exchange(Step step) throws InterruptedException {
		Optional<Request> request;
		try {
			request = request(step);
		}
		catch (JacksonException ex) {
			return new Exchange.Broken("the request cannot be built: " + ex.getOriginalMessage());
		}
		if (request.isEmpty()) {
			return new Exchange.Broken("the action '" + step.action() + "' cannot be sent");
		}
		try {
			return new Exchange.Answered(request.get(), this.server.send(request.get()));
		}
		catch (IOException | IllegalArgumentException ex) {
			return new Exchange.Broken("the request failed: " + ex);
		}
	}

	private Optional<Request> request(Step step) {
		if (this.mode == Mode.STRICT && !step.isHttp()) {
			return SymbolicAction.of(step.action())
				.map((action) -> action.request(Json.parse(resolve(step.get("request").toString()))));
		}
		Optional<String> body = Optional.empty();
		if (step.has("body")) {
			body = Optional.of(resolve(step.get("body").toString()));
		}
		else if (this.mode == Mode.STRICT && step.has("raw_body")) {
			body = Optional.of(step.get("raw_body").asString(""));
		}
		return Optional.of(new Request(step.action(), resolve(step.path()), step.headers(), body));
	}

	private String resolve(String text) {
		return Templates.resolve(this.mode, text, this.session);
	}

	private void judge(Step step, List<Exchange> exchanges) {
		for (Exchange exchange : exchanges) {
			if (exchange instanceof Exchange.Answered answered) {
				judge(step, answered);
			}
			else if (exchange instanceof Exchange.Broken broken) {
				this.tallies.forEach((tally) -> tally.fail(Failure.of(step.label(), "", broken.reason())));
			}
		}
		if (step.isLocalAssertion() && this.mode == Mode.STRICT) {
			strictly((tally) -> LocalAssertions.evaluate(step, this.session, tally));
		}
	}

	private void judge(Step step, Exchange.Answered answered) {
		this.session.remember(step, answered.reply());
		strictly((tally) -> unresolved(answered.request()).forEach((reference) -> tally
			.fail(Failure.of(step.label(), "request", "the reference " + reference + " leads nowhere"))));
		this.tallies.forEach((tally) -> ReplyAssertions.evaluate(step, answered.reply(), this.session, tally));
		if (this.mode == Mode.STRICT) {
			capture(step, answered.reply());
		}
	}

	private void capture(Step step, Reply reply) {
		for (String key : List.of("capture", "captures", "store")) {
			for (Map.Entry<String, JsonNode> entry : step.get(key).properties()) {
				String path = entry.getValue().asString("");
				if (JsonPath.lookup(path, reply.json()) instanceof Lookup.Found found
						&& !Json.isNothing(found.value())) {
					this.session.capture(entry.getKey(), found.value());
				}
				else {
					strictly((tally) -> tally.fail(
							Failure.of(step.label(), path, "there is nothing to capture as '" + entry.getKey() + "'")));
				}
			}
		}
	}

	private static List<String> unresolved(Request request) {
		return Templates.unresolved(request.path() + " " + request.body().orElse(""));
	}

	private void strictly(Consumer<Tally> action) {
		this.tallies.stream().filter((tally) -> tally.mode() == Mode.STRICT).forEach(action);
	}

	/**
	 * What came of sending a request.
	 */
	private sealed interface Exchange {

		/**
		 * The server answered.
		 *
		 * @param request what was sent
		 * @param reply what came back
		 */
		record Answered(Request request, Reply reply) implements Exchange {
		}

		/**
		 * There is no answer.
		 *
		 * @param reason why not
		 */
		record Broken(String reason) implements Exchange {
		}

	}

}
