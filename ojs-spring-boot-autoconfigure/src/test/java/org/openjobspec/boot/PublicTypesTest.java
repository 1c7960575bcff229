package org.openjobspec.boot;

import java.util.List;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which types are public. A new one is a decision: add it here and to the changelog.
 */
class PublicTypesTest {

	private static final JavaClasses CLASSES = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("org.openjobspec.boot");

	/** What applications use. */
	private static final List<String> API = List.of("autoconfigure.OjsDataSource", "autoconfigure.OjsJsonMapper",
			"autoconfigure.OjsTransactionManager", "client.JobFailedException", "client.JobTimeoutException",
			"client.OjsCronRequest", "client.OjsGraph", "client.OjsRequest", "client.OjsStep", "client.OjsTemplate",
			"client.OjsWorkflow", "engine.EnqueueInterceptor", "job.ArgumentSchema", "job.BackendUnavailableException",
			"job.BackoffStrategy", "job.Checkpoint", "job.Composition", "job.ConflictException", "job.CronExpression",
			"job.CronJob", "job.CronOverlap", "job.CronRequest", "job.DuplicateJobException", "job.Durations",
			"job.EnqueueDroppedException", "job.InvalidRequestException", "job.Job", "job.JobError", "job.JobEvent",
			"job.JobFailure", "job.JobFilter", "job.JobOptions", "job.JobQuery", "job.JobRequest", "job.JobState",
			"job.JobSummary", "job.NotFoundException", "job.OjsException", "job.OnConflict", "job.OnExhaustion",
			"job.Pool", "job.Progress", "job.QueueFullException", "job.QueueSettings", "job.RateLimit",
			"job.ReadOnlyTransactionException", "job.RetryPolicy", "job.StepState", "job.TenantId", "job.UniquePolicy",
			"job.Webhook", "job.WebhookDelivery", "job.Workflow", "job.WorkflowState",
			"observe.DefaultOjsEnqueueObservationConvention", "observe.DefaultOjsProcessObservationConvention",
			"observe.OjsEnqueueContext", "observe.OjsEnqueueObservationConvention", "observe.OjsObservation",
			"observe.OjsProcessContext", "observe.OjsProcessObservationConvention", "web.ApiKey", "web.ApiRole",
			"web.OjsAuthorities", "web.OjsHttpRequest", "web.WebGuard", "worker.DeadLetterException",
			"worker.DiscardException", "worker.ExecutionInterceptor", "worker.JobContext", "worker.OjsCron",
			"worker.OjsEnqueue", "worker.OjsHandler", "worker.OjsRetry", "worker.RetryAfterException",
			"worker.WorkerSettings", "worker.WorkerSettingsCustomizer");

	/** Doors between the rooms, and what the wiring needs; not for applications. */
	private static final List<String> DOORS = List.of("autoconfigure.OjsAutoConfiguration",
			"autoconfigure.OjsDevDatabaseAutoConfiguration", "autoconfigure.OjsEndpointAutoConfiguration",
			"autoconfigure.OjsEventsAutoConfiguration", "autoconfigure.OjsHandlerConfiguration",
			"autoconfigure.OjsHealthAutoConfiguration", "autoconfigure.OjsMetricsAutoConfiguration",
			"autoconfigure.OjsObservationAutoConfiguration", "autoconfigure.OjsSchemaAutoConfiguration",
			"autoconfigure.OjsWebMvcAutoConfiguration", "autoconfigure.OjsWorkerAutoConfiguration", "engine.AdminDesk",
			"engine.AttemptListener", "engine.BulkItem", "engine.BulkResult", "engine.Cancelled",
			"engine.CheckpointDesk", "engine.Completion", "engine.CronRegistration", "engine.DeadLetterStats",
			"engine.EngineSettings", "engine.EnqueueCall", "engine.EnqueueObserver", "engine.EnqueueOutcome",
			"engine.Enqueued", "engine.EventPage", "engine.EventQuery", "engine.FailureReport", "engine.FetchRequest",
			"engine.Heartbeat", "engine.HeartbeatReply", "engine.JobBackend", "engine.JobEngine", "engine.MetaMember",
			"engine.Page", "engine.PoolDesk", "engine.ProgressDesk", "engine.ProgressReport", "engine.Purged",
			"engine.QueueBacklog", "engine.QueueConfig", "engine.QueueConfigDesk", "engine.QueueDepth",
			"engine.QueueInfo", "engine.QueueOverview", "engine.QueuePressure", "engine.QueueStats",
			"engine.RateLimitInfo", "engine.RateLimitRoom", "engine.Redaction", "engine.RehearsalDesk",
			"engine.SchemaDesk", "engine.SystemStats", "engine.TenantDesk", "engine.TenantInfo", "engine.TraceMeta",
			"engine.TraceParent", "engine.TypeDefaults", "engine.WebhookDesk", "engine.WorkerDesk", "engine.WorkerInfo",
			"engine.WorkerList", "engine.WorkerTally", "observe.OjsEndpoint", "observe.OjsEndpointWebExtension",
			"observe.OjsGauges", "observe.OjsHealthIndicator", "observe.OjsLinkTracingObservationHandler",
			"observe.OjsMetrics", "observe.OjsObservations", "observe.OjsPulse", "observe.UnhandledJobs",
			"web.OjsHttpApi", "web.WebSettings", "worker.DuplicateHandlerException", "worker.EventEnqueuer",
			"worker.ExecutionObserver", "worker.HandlerRegistry", "worker.HandlerSettings",
			"worker.InvalidHandlerException", "worker.OjsWorker", "worker.WorkerExtensions", "worker.WorkerListener");

	@Test
	void thePublicTypesAreTheseAndNoOthers() {
		List<String> found = CLASSES.stream()
			.filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
			.filter(type -> !type.getPackageName().endsWith(".store"))
			.map(type -> type.getName().substring("org.openjobspec.boot.".length()))
			.toList();
		List<String> expected = Stream.concat(API.stream(), DOORS.stream()).toList();
		assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
	}

}
