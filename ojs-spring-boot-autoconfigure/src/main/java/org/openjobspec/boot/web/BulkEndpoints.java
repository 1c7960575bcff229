package org.openjobspec.boot.web;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.AdminDesk;
import org.openjobspec.boot.engine.BulkItem;
import org.openjobspec.boot.engine.EnqueueOutcome;
import org.openjobspec.boot.engine.Enqueued;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.JobState;
import org.openjobspec.boot.job.OjsException;
import tools.jackson.core.JsonGenerator;

/**
 * Many jobs in one request, each of them answered for (ojs-bulk-operations).
 */
final class BulkEndpoints {

	/** How many jobs are cancelled, retried or deleted at once. */
	private static final int MAX_IDS = 1000;

	private static final Set<JobState> WAITING = EnumSet.of(JobState.AVAILABLE, JobState.SCHEDULED);

	private static final Set<JobState> CANCELLABLE = EnumSet.of(JobState.AVAILABLE, JobState.SCHEDULED,
			JobState.RETRYABLE, JobState.PENDING);

	private static final Set<JobState> RETRIABLE = EnumSet.of(JobState.DISCARDED, JobState.RETRYABLE);

	private final JobEngine engine;

	private final Access access;

	BulkEndpoints(JobEngine engine, Access access) {
		this.engine = engine;
		this.access = access;
	}

	List<Route> routes() {
		AdminDesk desk = this.engine.admin();
		// What is found by a filter and has started since is let run.
		Work cancel = new Work("cancelled", WAITING, CANCELLABLE,
				(selection) -> desk.cancelEach(selection.ids(), selection.named(), selection.atomic()));
		Work retry = new Work("retried", RETRIABLE, RETRIABLE,
				(selection) -> desk.retryEach(selection.ids(), selection.atomic()));
		Work delete = new Work("deleted", Set.of(), Set.of(),
				(selection) -> desk.deleteEach(selection.ids(), selection.atomic()));
		return List.of(new Route("POST", "/jobs/bulk", this::enqueue),
				new Route("POST", "/jobs/bulk/cancel", (call) -> change(call, cancel)),
				new Route("POST", "/jobs/bulk/retry", (call) -> change(call, retry)),
				new Route("POST", "/jobs/bulk/delete", (call) -> change(call, delete)));
	}

	private static JsonObject body(Call call) {
		JsonObject body = call.body();
		if (body.get("idempotency_key") != null || call.request().getHeader("Idempotency-Key") != null) {
			throw InvalidRequestException.field("idempotency_key",
					"idempotency_key is not supported: choose the id of each job instead, and a repeated request answers with the stored jobs");
		}
		return body;
	}

	private static boolean atomic(JsonObject body) {
		String atomicity = body.string("atomicity");
		if (atomicity != null && !atomicity.equals("atomic") && !atomicity.equals("partial")) {
			throw InvalidRequestException.field("atomicity", "atomicity must be atomic or partial");
		}
		return "atomic".equals(atomicity);
	}

	private Answer enqueue(Call call) {
		JsonObject body = body(call);
		boolean atomic = atomic(body);
		List<JsonValue> jobs = JobReader.jobs(body);
		JobReader reader = JobReader.of(call, this.engine);
		TreeMap<Integer, OjsException> refusals = new TreeMap<>();
		TreeMap<Integer, JobRequest> requests = new TreeMap<>();
		for (int place = 0; place < jobs.size(); place++) {
			try {
				requests.put(place, reader.read(jobs.get(place).asObject()));
			}
			catch (InvalidRequestException ex) {
				refusals.put(place, ex.at(place));
			}
		}
		TreeMap<Integer, Enqueued> stored = new TreeMap<>();
		if (!atomic || refusals.isEmpty()) {
			List<EnqueueOutcome> outcomes = this.engine.enqueueEach(List.copyOf(requests.values()), atomic);
			int next = 0;
			for (int place : requests.keySet()) {
				EnqueueOutcome outcome = outcomes.get(next++);
				if (outcome.enqueued() != null) {
					stored.put(place, outcome.enqueued());
				}
				else if (outcome.refusal() != null) {
					refusals.put(place, outcome.refusal().at(place));
				}
			}
		}
		boolean created = stored.values().stream().anyMatch(Enqueued::created);
		int succeeded = stored.size();
		return Answer.of(status(jobs.size(), succeeded, created ? 201 : 200), (json) -> {
			json.writeNumberProperty("total", jobs.size());
			json.writeNumberProperty("succeeded", succeeded);
			json.writeNumberProperty("failed", jobs.size() - succeeded);
			json.writeName("items");
			json.writeStartArray();
			for (int place = 0; place < jobs.size(); place++) {
				json.writeStartObject();
				json.writeNumberProperty("index", place);
				item(json, stored.get(place), refusals.get(place));
				json.writeEndObject();
			}
			json.writeEndArray();
		}).with("X-OJS-Batch-Size", String.valueOf(jobs.size()));
	}

	private static int status(int total, int succeeded, int all) {
		if (succeeded == total) {
			return all;
		}
		return (succeeded == 0) ? 422 : 207;
	}

	private static void item(JsonGenerator json, @Nullable Enqueued enqueued, @Nullable OjsException refusal) {
		if (enqueued != null) {
			json.writeStringProperty("status", enqueued.created() ? "created" : "duplicate");
			Job job = enqueued.job();
			json.writeName("job");
			json.writeStartObject();
			json.writeStringProperty("id", job.id().toString());
			json.writeStringProperty("type", job.type());
			json.writeStringProperty("queue", job.queue());
			json.writeStringProperty("state", job.state().wireName());
			json.writeEndObject();
			return;
		}
		json.writeStringProperty("status", "failed");
		Failures.nested(json, (refusal != null) ? refusal : InvalidRequestException.protocol("rolled_back", 422,
				"Not stored, since another job of the request was refused", "Correct the others and send all again."));
	}

	/**
	 * Something to be done with each of many jobs.
	 *
	 * @param done what is said of a job with which it was done
	 * @param states the states that a filter means which names none; none if it takes no
	 * filter
	 * @param allowed the states that a filter may name
	 * @param action does it
	 */
	private record Work(String done, Set<JobState> states, Set<JobState> allowed, Action action) {
	}

	private interface Action {

		List<BulkItem> apply(Selection selection);

	}

	/**
	 * Which jobs are meant.
	 *
	 * @param ids the jobs
	 * @param named whether the client has named them
	 * @param atomic whether nothing is to be done if it cannot be done with all
	 * @param more whether a filter means more jobs than are taken on
	 */
	private record Selection(List<UUID> ids, boolean named, boolean atomic, boolean more) {
	}

	private Answer change(Call call, Work work) {
		JsonObject body = body(call);
		JsonValue ids = body.get("job_ids");
		JsonObject filter = work.states().isEmpty() ? null : body.object("filter");
		if ((ids == null) == (filter == null)) {
			throw InvalidRequestException.field("job_ids", work.states().isEmpty() ? "job_ids is required"
					: "Either job_ids or filter must say which jobs are meant, and not both");
		}
		if (ids == null) {
			return answer(work, selection(call, body, filter, work), null, Set.of());
		}
		List<String> names = ids.asStrings();
		if (names.isEmpty()) {
			throw InvalidRequestException.field("job_ids", "job_ids must contain at least one id");
		}
		if (names.size() > MAX_IDS) {
			throw InvalidRequestException.batchSize(names.size(), MAX_IDS);
		}
		boolean atomic = atomic(body);
		// What is another tenant's is as unknown as an id that is none.
		List<UUID> known = this.access.own(call, names.stream().filter(Call::isUuid).map(UUID::fromString).toList());
		// With an unknown id it cannot be done; nothing is then, if it is all or nothing.
		List<UUID> wanted = (atomic && known.size() < names.size()) ? List.of() : known;
		return answer(work, new Selection(wanted, true, atomic, false), names, Set.copyOf(known));
	}

	private Selection selection(Call call, JsonObject body, @Nullable JsonObject filter, Work work) {
		JsonObject wanted = (filter != null) ? filter : JsonObject.EMPTY;
		List<UUID> found = this.engine.admin()
			.find(call.grant().narrow(JobFilters.ofBulk(wanted)).ofTenant(call.tenant()),
					JobFilters.states(wanted, work.states(), work.allowed()), MAX_IDS + 1);
		boolean more = found.size() > MAX_IDS;
		return new Selection(more ? found.subList(0, MAX_IDS) : found, false, atomic(body), more);
	}

	private static Answer answer(Work work, Selection selection, @Nullable List<String> names, Set<UUID> known) {
		List<BulkItem> items = selection.ids().isEmpty() ? List.of() : work.action().apply(selection);
		List<Line> lines = (names != null) ? lines(names, known, items)
				: items.stream().map((item) -> new Line(item.jobId().toString(), item.refusal())).toList();
		int done = (int) lines.stream().filter((line) -> line.refusal() == null).count();
		return Answer.of(status(lines.size(), done, 200), (json) -> {
			json.writeNumberProperty("total_matched", lines.size());
			json.writeNumberProperty(work.done(), done);
			json.writeNumberProperty("skipped", lines.size() - done);
			json.writeName("items");
			json.writeStartArray();
			for (int place = 0; place < lines.size(); place++) {
				Line line = lines.get(place);
				json.writeStartObject();
				json.writeNumberProperty("index", place);
				json.writeStringProperty("job_id", line.id());
				json.writeStringProperty("status", (line.refusal() == null) ? work.done() : "skipped");
				Values.text(json, "reason", line.refusal());
				json.writeEndObject();
			}
			json.writeEndArray();
			json.writeBooleanProperty("more", selection.more());
		}).with("X-OJS-Batch-Size", String.valueOf(lines.size()));
	}

	/**
	 * What is said of one job.
	 *
	 * @param id the job as it was named, or the beginning of what is no job's id
	 * @param refusal why nothing was done; {@code null} if it was done
	 */
	private record Line(String id, @Nullable String refusal) {
	}

	// The items are those of the known ids, in their order.
	private static List<Line> lines(List<String> names, Set<UUID> known, List<BulkItem> items) {
		List<Line> lines = new ArrayList<>(names.size());
		int next = 0;
		for (String name : names) {
			if (!Call.isUuid(name) || !known.contains(UUID.fromString(name))) {
				String shown = Text.brief(name);
				lines.add(new Line(shown, "There is no job '%s'".formatted(shown)));
			}
			else if (items.isEmpty()) {
				lines.add(new Line(name, "Job %s is as it was, since another one stands in the way".formatted(name)));
			}
			else {
				lines.add(new Line(name, items.get(next++).refusal()));
			}
		}
		return lines;
	}

}
