package org.openjobspec.boot.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.AdminDesk;
import org.openjobspec.boot.engine.PoolDesk;
import org.openjobspec.boot.engine.QueueBacklog;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.NotFoundException;
import org.openjobspec.boot.job.Pool;
import tools.jackson.core.JsonGenerator;

/**
 * Pools of queues, and what waits in queues (ojs-fair-scheduling 10).
 */
final class SchedulingEndpoints {

	/** What would be promised by taking it, and is not kept. */
	private static final List<String> UNKNOWN = List.of("concurrency", "isolated", "starvation_prevention");

	private final PoolDesk pools;

	private final AdminDesk admin;

	SchedulingEndpoints(PoolDesk pools, AdminDesk admin) {
		this.pools = pools;
		this.admin = admin;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/admin/scheduling/stats", this::stats),
				new Route("GET", "/admin/pools", this::list), new Route("PUT", "/admin/pools/{name}", this::put),
				new Route("GET", "/admin/pools/{name}", this::get),
				new Route("DELETE", "/admin/pools/{name}", this::delete));
	}

	/** Bare, as the specification has it, and as {@code stats}, where the suites look. */
	private Answer stats(Call call) {
		List<QueueBacklog> queues = this.admin.backlog();
		long all = queues.stream().mapToLong(QueueBacklog::startedLastMinute).sum();
		return Answer.ok((json) -> {
			queues(json, queues, all);
			json.writeName("stats");
			json.writeStartObject();
			queues(json, queues, all);
			json.writeEndObject();
		});
	}

	private static void queues(JsonGenerator json, List<QueueBacklog> queues, long all) {
		Values.objects(json, "queues", queues, (queue) -> {
			json.writeStringProperty("name", queue.queue());
			json.writeNumberProperty("dispatch_count_1m", queue.startedLastMinute());
			json.writeNumberProperty("dispatch_ratio_1m", (all > 0) ? (double) queue.startedLastMinute() / all : 0);
			Values.millis(json, "avg_wait_ms", queue.averageWait());
			json.writeNumberProperty("active_jobs", queue.active());
			json.writeNumberProperty("depth", queue.depth());
			Values.time(json, "oldest_available_at", queue.oldestAvailableAt());
		});
		json.writeStringProperty("window", "PT1M");
	}

	/** As the specification has it, and once more where the admin UI looks. */
	private Answer list(Call call) {
		List<Pool> all = this.pools.list();
		return Answer.ok((json) -> {
			Values.objects(json, "items", all, (pool) -> members(json, pool));
			Values.objects(json, "pools", all, (pool) -> members(json, pool));
		});
	}

	private Answer put(Call call) {
		JsonObject body = call.body();
		String name = Pool.checkName("name", call.variable(0));
		String said = body.string("name");
		if (said != null && !said.equals(name)) {
			throw InvalidRequestException.field("name", "name must be that of the path, or be left out");
		}
		for (String unknown : UNKNOWN) {
			if (body.get(unknown) != null) {
				throw InvalidRequestException.field(unknown,
						"A pool has no %s here; to limit how many jobs run at once, limit its queues"
							.formatted(unknown));
			}
		}
		String strategy = body.string("strategy");
		Pool pool = new Pool(name,
				(strategy != null) ? Pool.Strategy.of("strategy", strategy) : Pool.Strategy.ROUND_ROBIN,
				queues(body.require("queues"), body.object("weights")));
		boolean created = this.pools.put(pool);
		return Answer.of(created ? 201 : 200, (json) -> nested(json, pool));
	}

	/** An object with weights, as the suites send it, or names, as the specification. */
	static Map<String, Integer> queues(JsonValue value, @Nullable JsonObject weights) {
		Map<String, Integer> queues = new LinkedHashMap<>();
		if (value.isArray()) {
			value.asStrings().forEach((queue) -> queues.put(queue, weight(weights, queue)));
		}
		else {
			value.asObject().forEach((queue, settings) -> {
				if (settings.isNumber()) {
					queues.put(queue, settings.asInt());
				}
				else {
					queues.put(queue, weight(settings.asObject(), "weight"));
				}
			});
		}
		return queues;
	}

	private static int weight(@Nullable JsonObject from, String name) {
		Integer weight = (from != null) ? from.integer(name) : null;
		return (weight != null) ? weight : 1;
	}

	private Answer get(Call call) {
		String name = Pool.checkName("name", call.variable(0));
		Pool pool = this.pools.find(name).orElseThrow(() -> new NotFoundException("pool", name));
		return Answer.ok((json) -> nested(json, pool));
	}

	private Answer delete(Call call) {
		this.pools.delete(call.variable(0));
		return Answer.none();
	}

	private static void nested(JsonGenerator json, Pool pool) {
		json.writeName("pool");
		json.writeStartObject();
		members(json, pool);
		json.writeEndObject();
	}

	private static void members(JsonGenerator json, Pool pool) {
		json.writeStringProperty("name", pool.name());
		json.writeStringProperty("strategy", pool.strategy().wireName());
		Values.texts(json, "queues", pool.queues().keySet());
		json.writeName("weights");
		Values.value(json, pool.queues());
	}

}
