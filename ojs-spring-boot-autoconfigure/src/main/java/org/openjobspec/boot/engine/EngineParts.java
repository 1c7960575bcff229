package org.openjobspec.boot.engine;

import java.util.List;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.store.Store;

/**
 * What the engine consists of, and how its parts know each other.
 */
final class EngineParts {

	final Store store;

	final Announcements announcements;

	final Maintenance maintenance;

	final Latecomers latecomers;

	final Enqueuer enqueuer;

	final Fetcher fetcher;

	final Finisher finisher;

	final Rejecter rejecter;

	final Canceller canceller;

	final Workers workers;

	final DeadLetterBox deadLetterBox;

	final QueueDesk queueDesk;

	final EventFeed eventFeed;

	final WorkflowDesk workflowDesk;

	final RateLimitDesk rateLimitDesk;

	final QueueRules queueRules;

	final QueueConfigDesk queueConfigs;

	final Bounds bounds;

	final CronDesk cronDesk;

	final CronDeclarations cronDeclarations;

	final ProgressDesk progress;

	final CheckpointDesk checkpoints;

	final SchemaDesk schemas;

	final WebhookDesk webhooks;

	final QuietWorkers quietWorkers;

	final WorkerDesk workerDesk;

	final AdminDesk adminDesk;

	final TenantDesk tenantDesk;

	final PoolDesk poolDesk;

	final RehearsalDesk rehearsal;

	EngineParts(Store store, EngineSettings settings, List<EnqueueInterceptor> interceptors,
			Function<String, @Nullable TypeDefaults> defaults) {
		this.store = store;
		this.announcements = new Announcements(store.transactions(), store.claims(), store.channel());
		this.queueRules = new QueueRules(store.queueConfigs());
		this.maintenance = new Maintenance(store, settings, this.queueRules, this.announcements);
		this.latecomers = new Latecomers(store, this.announcements);
		Promoter promoter = new Promoter(store, this.announcements, this.maintenance.limiter());
		Limiter limiter = this.maintenance.limiter();
		this.bounds = new Bounds(store, this.queueRules);
		this.queueConfigs = new QueueConfigDesk(store, this.queueRules, limiter);
		Intake intake = this.maintenance.intake();
		WorkflowAdvance workflows = this.maintenance.workflows();
		this.canceller = new Canceller(store, this.announcements, workflows, limiter);
		this.schemas = new SchemaDesk(store);
		this.enqueuer = new Enqueuer(store, interceptors, defaults, this.schemas, intake, this.bounds, this.queueRules,
				this.canceller);
		this.quietWorkers = new QuietWorkers(settings.heartbeatTimeout());
		this.finisher = new Finisher(store, this.announcements, workflows, limiter);
		this.rejecter = new Rejecter(store, this.finisher, this.announcements, this.maintenance, workflows,
				this.canceller, limiter);
		this.fetcher = new Fetcher(store, settings, promoter, limiter, this.announcements, this.maintenance,
				this.quietWorkers, new StepDeliveries(store, this.rejecter));
		this.workers = new Workers(store, settings, this.quietWorkers);
		this.workerDesk = new WorkerDesk(store, settings, this.maintenance);
		Revival revival = new Revival(store, this.announcements, limiter);
		this.deadLetterBox = new DeadLetterBox(store, revival);
		this.queueDesk = new QueueDesk(store, this.announcements, limiter);
		this.adminDesk = new AdminDesk(store, new BulkWork(store, this.canceller, revival, promoter), this.queueDesk,
				this.workerDesk);
		this.poolDesk = new PoolDesk(store, this.fetcher);
		this.eventFeed = new EventFeed(store);
		this.progress = new ProgressDesk(store, settings, this.finisher);
		this.checkpoints = new CheckpointDesk(store, this.finisher);
		this.rateLimitDesk = new RateLimitDesk(store, limiter, this.queueConfigs);
		this.workflowDesk = new WorkflowDesk(store, this.enqueuer, intake, this.announcements, limiter);
		this.tenantDesk = new TenantDesk(store, this.deadLetterBox, this.workflowDesk);
		CronRuns runs = new CronRuns(store, this.enqueuer, this.canceller, this.announcements, this.maintenance);
		this.cronDesk = new CronDesk(store, this.enqueuer, runs, this.announcements, this.maintenance);
		this.cronDeclarations = new CronDeclarations(this.cronDesk);
		this.webhooks = new WebhookDesk(store, settings, this.maintenance);
		this.maintenance.use(promoter, new Reaper(store, settings, this.rejecter, limiter, this.announcements),
				new CronTicker(store, runs), this.cronDeclarations, this.queueConfigs, this.webhooks.dispatcher());
		this.rehearsal = new RehearsalDesk(store, this.maintenance, this::forget);
	}

	/** Forgets what this node remembers of the tables, which have been emptied. */
	void forget() {
		this.store.claims().forgetMarks();
		this.maintenance.forgetQueues();
		this.fetcher.forgetAll();
		this.maintenance.limiter().forget();
		this.queueRules.forget();
		this.bounds.forget();
		this.quietWorkers.clear();
		this.queueDesk.forget();
		this.adminDesk.forget();
		this.tenantDesk.forget();
		this.poolDesk.forget();
	}

}
