package org.openjobspec.boot.web;

import java.util.List;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.engine.QueueConfig;
import org.openjobspec.boot.job.QueueSettings;

/**
 * Settings of queues (ojs-queue-config 9, ojs-admin-api 6.6).
 */
final class QueueConfigEndpoints {

	private final JobEngine engine;

	QueueConfigEndpoints(JobEngine engine) {
		this.engine = engine;
	}

	List<Route> routes() {
		return List.of(new Route("GET", "/queues/{name}/config", this::get),
				new Route("PUT", "/queues/{name}/config", this::put),
				new Route("GET", "/admin/queues/{name}/config", this::get),
				new Route("PUT", "/admin/queues/{name}/config", this::put));
	}

	private Answer get(Call call) {
		return answer(this.engine.queueConfigs().read(queue(call)));
	}

	private Answer put(Call call) {
		return answer(this.engine.queueConfigs().change(queue(call), QueueConfigReader.read(call.body())));
	}

	private static String queue(Call call) {
		return call.variable().equals(QueueSettings.DEFAULT_QUEUE) ? QueueSettings.DEFAULT_QUEUE : call.queue();
	}

	private static Answer answer(QueueConfig config) {
		return Answer.ok((json) -> {
			json.writeStringProperty("queue", config.queue());
			json.writeStringProperty("name", config.queue());
			QueueConfigWriter.settings(json, "config", config.effective());
			QueueConfigWriter.backpressure(json, config.effective());
			QueueConfigWriter.settings(json, "stored", config.stored());
			QueueConfigWriter.settings(json, "declared", config.declared());
			Values.time(json, "updated_at", config.updatedAt());
		});
	}

}
