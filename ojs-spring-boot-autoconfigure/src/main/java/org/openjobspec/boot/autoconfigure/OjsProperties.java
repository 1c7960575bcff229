package org.openjobspec.boot.autoconfigure;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.EngineSettings;
import org.openjobspec.boot.job.Durations;
import org.openjobspec.boot.job.InvalidRequestException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.worker.WorkerSettings;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.util.unit.DataSize;

/**
 * The settings of the Open Job Spec backend.
 *
 * @param enabled Whether the application is an Open Job Spec backend.
 * @param schema Tables.
 * @param http HTTP API.
 * @param worker Worker that runs the handlers of this application.
 * @param engine Engine.
 * @param wakeup Way in which this node learns of jobs that other nodes enqueue.
 * @param retention Time for which jobs that have ended are kept.
 * @param webhooks Delivery of events to subscribers over HTTP.
 * @param observation Observations of jobs that are enqueued and of attempts.
 * @param conformance Conformance run.
 */
@ConfigurationProperties("ojs")
record OjsProperties(@DefaultValue("true") boolean enabled, @DefaultValue Schema schema, @DefaultValue Http http,
		@DefaultValue Worker worker, @DefaultValue Engine engine, @DefaultValue Wakeup wakeup,
		@DefaultValue Retention retention, @DefaultValue Webhooks webhooks, @DefaultValue Observation observation,
		@DefaultValue Conformance conformance) {

	/**
	 * Tables.
	 *
	 * @param management What to do about the schema "ojs" at start.
	 */
	record Schema(@DefaultValue("migrate") SchemaManagement management) {

	}

	/**
	 * HTTP API.
	 *
	 * @param enabled Whether to offer the HTTP API.
	 * @param basePaths Comma-separated list of the paths under which the API is served.
	 * @param pythonContentType Whether to answer the Python SDK, which is recognised by
	 * its user agent, with "application/json": it cannot read the content type that the
	 * specification asks for.
	 * @param maxBodySize Size of the largest request body. A larger one is answered with
	 * 413.
	 * @param tenantRequired Whether requests must name a tenant with the header
	 * "X-OJS-Tenant", or are answered with 400. Those below "/admin" and others that only
	 * operators send need not.
	 * @param allowUnauthenticated Whether it is meant to be so when nothing guards the
	 * HTTP API and others than this machine can reach it. No warning is logged then.
	 * @param cors What pages of other origins may do with the HTTP API.
	 */
	// @formatter:off
	record Http(@DefaultValue("true") boolean enabled, @DefaultValue({ "/ojs/v1", "/api/v1" }) List<String> basePaths,
			@DefaultValue("true") boolean pythonContentType, @DefaultValue("1MB") DataSize maxBodySize,
			@DefaultValue("false") boolean tenantRequired, @DefaultValue("false") boolean allowUnauthenticated,
			@DefaultValue Cors cors) {
	// @formatter:on

	}

	/**
	 * What pages of other origins may do with the HTTP API.
	 *
	 * @param allowedOrigins Comma-separated list of the origins whose pages may call the
	 * HTTP API, such as "https://jobs.example.com", or "*" for all. None without it.
	 * @param allowCredentials Whether browsers may send cookies and what else they keep
	 * for this server. Not with the origin "*".
	 * @param maxAge Time for which a browser need not ask again whether it may.
	 */
	record Cors(@DefaultValue List<String> allowedOrigins, @DefaultValue("false") boolean allowCredentials,
			@DefaultValue("30m") Duration maxAge) {

	}

	/**
	 * Worker that runs the handlers of this application.
	 *
	 * @param enabled Whether to run jobs in this application. Without it jobs can be
	 * enqueued and are left to other workers.
	 * @param queues Comma-separated list of the queues to look into, in this order,
	 * before those that handlers name.
	 * @param concurrency Number of handlers that may run at once on this node, apart from
	 * those with a limit of their own.
	 * @param prefetch Number of jobs that may be claimed ahead; 0 to claim none ahead.
	 * @param pollInterval Time between two looks for jobs when nothing wakes the worker;
	 * five times as long while it hears of other nodes' jobs.
	 * @param heartbeatInterval Time between two signs of life. At most half of
	 * "ojs.engine.heartbeat-timeout".
	 * @param shutdownGrace Time that running handlers have to finish when the application
	 * stops. Keep it below "spring.lifecycle.timeout-per-shutdown-phase".
	 * @param startup What to do when the database cannot be reached at start. Holds for
	 * the whole backend, also where the worker is off.
	 * @param quietSignal Signal of the operating system after which the worker takes no
	 * more jobs until the application ends, such as "TSTP". None by default.
	 * @param taskDecorators Whether "TaskDecorator" beans surround every run of a
	 * handler.
	 */
	record Worker(@DefaultValue("true") boolean enabled, @DefaultValue("default") List<String> queues,
			@DefaultValue("10") int concurrency, @DefaultValue("500") int prefetch,
			@DefaultValue("1s") Duration pollInterval, @DefaultValue("5s") Duration heartbeatInterval,
			@DefaultValue("25s") Duration shutdownGrace, @DefaultValue("fail") Startup startup,
			@Nullable String quietSignal, @DefaultValue("true") boolean taskDecorators) {

		/** What to do when the database cannot be reached at start. */
		enum Startup {

			/** Stop the start of the application, and say why. */
			FAIL,

			/** Start without it, and begin to work when it answers. */
			WAIT

		}

	}

	/**
	 * Engine.
	 *
	 * @param defaultTimeout Time that an attempt may take when its job says nothing.
	 * @param defaultVisibilityTimeout Time for which a fetched job stays with a remote
	 * worker that neither finishes nor sends heartbeats.
	 * @param heartbeatTimeout Silence after which a worker that used to send heartbeats
	 * counts as dead.
	 * @param maintenanceInterval Time between two looks for due work when none is known
	 * of. A longer one delays the end of overdue attempts.
	 */
	record Engine(@DefaultValue("30m") Duration defaultTimeout, @DefaultValue("30m") Duration defaultVisibilityTimeout,
			@DefaultValue("30s") Duration heartbeatTimeout, @DefaultValue("1s") Duration maintenanceInterval) {

	}

	/**
	 * Way in which this node learns of jobs that other nodes enqueue.
	 *
	 * @param mode How this node learns of jobs that other nodes enqueue.
	 * @param url JDBC URL of the connection to listen on; the pool's own without it.
	 * Needed where the DataSource leads to a proxy that shares connections between
	 * transactions, such as PgBouncer, or does not tell its own URL.
	 */
	record Wakeup(@DefaultValue("listen") Mode mode, @Nullable String url) {

		/** Ways to learn of jobs. */
		enum Mode {

			/** Hold one connection besides the pool, and hear of jobs at once. */
			LISTEN,

			/** Hold no connection, and look for jobs at intervals. */
			POLL

		}

	}

	/**
	 * Time for which jobs that have ended are kept.
	 *
	 * @param completed Time for which completed jobs are kept.
	 * @param cancelled Time for which cancelled jobs are kept.
	 * @param discarded Time for which discarded and expired jobs are kept.
	 * @param deadLetter Time for which jobs in the dead letter are kept.
	 * @param events Time for which lifecycle events are kept.
	 */
	record Retention(@DefaultValue("7d") Duration completed, @DefaultValue("7d") Duration cancelled,
			@DefaultValue("30d") Duration discarded, @DefaultValue("180d") Duration deadLetter,
			@DefaultValue("7d") Duration events) {

	}

	/**
	 * Delivery of events to subscribers over HTTP.
	 *
	 * @param enabled Whether to offer webhooks and to deliver from this node.
	 * @param allowHttp Whether subscribers may name URLs without TLS.
	 * @param allowPrivateAddresses Whether subscribers may name hosts of this machine or
	 * of a private network. Whoever may subscribe can then make this node send requests
	 * there.
	 * @param connectTimeout Time that a connection to a subscriber may take.
	 * @param timeout Time that an attempt may take in all.
	 * @param concurrency Number of deliveries that this node sends at once, at most an
	 * eighth of them to one subscriber.
	 * @param retention Time for which deliveries are kept, whatever became of them.
	 */
	record Webhooks(@DefaultValue("true") boolean enabled, @DefaultValue("false") boolean allowHttp,
			@DefaultValue("false") boolean allowPrivateAddresses, @DefaultValue("10s") Duration connectTimeout,
			@DefaultValue("30s") Duration timeout, @DefaultValue("32") int concurrency,
			@DefaultValue("7d") Duration retention) {

	}

	/**
	 * Observations of jobs that are enqueued and of attempts.
	 *
	 * @param enabled Whether enqueueing and attempts are observed, where the application
	 * has an "ObservationRegistry".
	 * @param relationship What the span of an attempt has to do with the span in which
	 * its job was enqueued.
	 */
	record Observation(@DefaultValue("true") boolean enabled, @DefaultValue("link") Relationship relationship) {

		/**
		 * What the span of an attempt has to do with the one that has enqueued its job.
		 */
		enum Relationship {

			/** A link leads to it from a trace of its own. */
			LINK,

			/** It is the parent, in the same trace. */
			CHILD

		}

	}

	/**
	 * Conformance run.
	 *
	 * @param enabled Whether to offer what the conformance tests of the specification
	 * need, such as an endpoint that deletes all jobs. For tests only.
	 */
	record Conformance(@DefaultValue("false") boolean enabled) {

	}

	/** What to do about the schema at start. */
	enum SchemaManagement {

		/** Create it, or bring it to the version of this library. */
		MIGRATE,

		/** Refuse to start unless it has the version of this library. */
		VALIDATE,

		/** Nothing; another tool runs the SQL files. */
		NONE

	}

	/**
	 * As equal ones have it. Spring looks beans up in maps; the JVM links what the
	 * compiler makes for each of the records in here when it is first called, which takes
	 * as long as to bind all properties.
	 */
	@Override
	public int hashCode() {
		return this.http.basePaths.hashCode();
	}

	EngineSettings engineSettings() {
		requirePositive("ojs.engine.default-timeout", this.engine.defaultTimeout);
		requirePositive("ojs.engine.default-visibility-timeout", this.engine.defaultVisibilityTimeout);
		requirePositive("ojs.engine.heartbeat-timeout", this.engine.heartbeatTimeout);
		requirePositive("ojs.engine.maintenance-interval", this.engine.maintenanceInterval);
		requirePositive("ojs.retention.completed", this.retention.completed);
		requirePositive("ojs.retention.cancelled", this.retention.cancelled);
		requirePositive("ojs.retention.discarded", this.retention.discarded);
		requirePositive("ojs.retention.dead-letter", this.retention.deadLetter);
		requirePositive("ojs.retention.events", this.retention.events);
		return new EngineSettings(this.engine.defaultTimeout, this.engine.defaultVisibilityTimeout,
				this.engine.heartbeatTimeout, this.engine.maintenanceInterval,
				new EngineSettings.Retention(this.retention.completed, this.retention.cancelled,
						this.retention.discarded, this.retention.deadLetter, this.retention.events),
				webhookSettings());
	}

	private EngineSettings.Webhooks webhookSettings() {
		requirePositive("ojs.webhooks.connect-timeout", this.webhooks.connectTimeout);
		requirePositive("ojs.webhooks.timeout", this.webhooks.timeout);
		require(this.webhooks.concurrency > 0, "ojs.webhooks.concurrency", this.webhooks.concurrency,
				"must be 1 or more");
		requirePositive("ojs.webhooks.retention", this.webhooks.retention);
		return new EngineSettings.Webhooks(this.webhooks.enabled, this.webhooks.allowHttp,
				this.webhooks.allowPrivateAddresses, this.webhooks.connectTimeout, this.webhooks.timeout,
				this.webhooks.concurrency, this.webhooks.retention);
	}

	WorkerSettings workerSettings() {
		require(this.worker.concurrency > 0, "ojs.worker.concurrency", this.worker.concurrency, "must be 1 or more");
		require(this.worker.prefetch >= 0, "ojs.worker.prefetch", this.worker.prefetch, "must not be negative");
		require(!this.worker.queues.isEmpty(), "ojs.worker.queues", this.worker.queues, "must name one queue at least");
		for (String queue : this.worker.queues) {
			requireQueue("ojs.worker.queues", this.worker.queues, "each", queue);
		}
		requirePositive("ojs.worker.poll-interval", this.worker.pollInterval);
		requirePositive("ojs.worker.heartbeat-interval", this.worker.heartbeatInterval);
		Duration longest = this.engine.heartbeatTimeout.dividedBy(2);
		require(this.worker.heartbeatInterval.compareTo(longest) <= 0, "ojs.worker.heartbeat-interval",
				this.worker.heartbeatInterval, "must be at most half of 'ojs.engine.heartbeat-timeout', which is "
						+ text(this.engine.heartbeatTimeout));
		require(!this.worker.shutdownGrace.isNegative(), "ojs.worker.shutdown-grace", this.worker.shutdownGrace,
				"must not be negative");
		requireBounded("ojs.worker.shutdown-grace", this.worker.shutdownGrace);
		return new WorkerSettings(this.worker.concurrency, this.worker.queues, this.worker.prefetch,
				this.worker.pollInterval, this.worker.heartbeatInterval, this.worker.shutdownGrace,
				this.engine.defaultTimeout);
	}

	static void require(boolean valid, String name, Object value, String reason) {
		if (!valid) {
			throw new InvalidConfigurationPropertyValueException(name, value, reason);
		}
	}

	/**
	 * Requires that queues can have a name.
	 * @param property the property
	 * @param value its value
	 * @param called what the name is called in the message
	 * @param queue the name
	 */
	static void requireQueue(String property, Object value, String called, String queue) {
		try {
			JobRequest.checkQueue(called, queue);
		}
		catch (InvalidRequestException ex) {
			throw invalid(property, value, ex);
		}
	}

	static void requirePositive(String name, Duration value) {
		require(value.compareTo(Duration.ZERO) > 0, name, value, "must be longer than zero");
		requireBounded(name, value);
	}

	// What is longer overflows as nanoseconds or as a timestamp of the database.
	private static void requireBounded(String name, Duration value) {
		require(value.compareTo(Durations.MAX) <= 0, name, value,
				"must be at most " + DurationStyle.SIMPLE.print(Durations.MAX, ChronoUnit.DAYS));
	}

	/**
	 * Says in the words of the properties what the vocabulary of jobs refuses.
	 * @param name the property
	 * @param value its value
	 * @param refusal why it is refused
	 * @return the exception to throw
	 */
	static InvalidConfigurationPropertyValueException invalid(String name, Object value,
			InvalidRequestException refusal) {
		return new InvalidConfigurationPropertyValueException(name, value, String.valueOf(refusal.getMessage()));
	}

	/**
	 * How a setting is called that the vocabulary of jobs calls as it is called on the
	 * wire.
	 * @param refusal says which value makes no sense
	 * @param otherwise what to answer if it does not
	 * @return the setting, as properties name it
	 */
	static String setting(InvalidRequestException refusal, String otherwise) {
		Object field = refusal.details().get("field");
		return (field == null) ? otherwise
				: field.toString()
					.replace('_', '-')
					.replace("default-timeout", "timeout")
					.replace("allowed-job-types", "allowed-types")
					.replace("backoff-coefficient", "coefficient");
	}

	/**
	 * Writes a duration as a user would.
	 * @param duration the duration
	 * @return for example {@code 30s}
	 */
	static String text(Duration duration) {
		boolean seconds = duration.toMillis() % 1000 == 0;
		return DurationStyle.SIMPLE.print(duration, seconds ? ChronoUnit.SECONDS : ChronoUnit.MILLIS);
	}

}
