package org.openjobspec.boot.store;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The database as the engine sees it: one object per group of statements.
 */
public final class Store {

	private final Transactions transactions;

	private final JobInserts inserts;

	private final Claims claims;

	private final Completions completions;

	private final Failures failures;

	private final WaitingJobs waiting;

	private final Leases leases;

	private final JobReads reads;

	private final DeadLetters deadLetters;

	private final ProgressReports progress;

	private final Checkpoints checkpoints;

	private final Schemas schemas;

	private final Webhooks webhooks;

	private final Deliveries deliveries;

	private final WorkerDirectory workers;

	private final JobList jobList;

	private final Census census;

	private final UniqueKeys uniqueKeys;

	private final Queues queues;

	private final Crons crons;

	private final CronTicks cronTicks;

	private final EventLog events;

	private final Upkeep upkeep;

	private final Workflows workflows;

	private final WorkflowSteps workflowSteps;

	private final WorkflowResults workflowResults;

	private final RateLimits rateLimits;

	private final Tenants tenants;

	private final Pools pools;

	private final EndedJobs endedJobs;

	private final QueueConfigs queueConfigs;

	private final RetentionMarks retentionMarks;

	private final Rehearsals rehearsals;

	private final @Nullable NodeChannel channel;

	private final @Nullable Leases besidePool;

	/**
	 * Creates the statements over a DataSource, and no way past its pool.
	 * @param dataSource a PostgreSQL DataSource, whose pool is shared with the host
	 * application
	 * @param listenConnection opens the connection to listen on; {@code null} to rely on
	 * polling alone
	 */
	public Store(DataSource dataSource, @Nullable OwnConnection listenConnection) {
		this(dataSource, listenConnection, null);
	}

	/**
	 * Creates the statements over a DataSource.
	 * @param dataSource a PostgreSQL DataSource, whose pool is shared with the host
	 * application
	 * @param listenConnection opens the connection to listen on; {@code null} to rely on
	 * polling alone
	 * @param besidePool opens a connection when the pool has none; {@code null} to do
	 * without
	 */
	public Store(DataSource dataSource, @Nullable OwnConnection listenConnection, @Nullable OwnConnection besidePool) {
		JdbcClient jdbc = JdbcClient.create(dataSource);
		this.transactions = new Transactions(dataSource);
		PinnedStatements pinned = new PinnedStatements(new NamedParameterJdbcTemplate(dataSource), this.transactions);
		this.inserts = new JobInserts(jdbc);
		this.claims = new Claims(pinned);
		this.completions = new Completions(pinned);
		this.failures = new Failures(pinned);
		this.waiting = new WaitingJobs(jdbc);
		this.leases = new Leases(jdbc, pinned);
		this.reads = new JobReads(jdbc);
		this.deadLetters = new DeadLetters(jdbc);
		this.progress = new ProgressReports(jdbc);
		this.checkpoints = new Checkpoints(jdbc);
		this.schemas = new Schemas(jdbc);
		this.webhooks = new Webhooks(jdbc);
		this.deliveries = new Deliveries(jdbc);
		this.workers = new WorkerDirectory(jdbc);
		this.jobList = new JobList(jdbc);
		this.census = new Census(jdbc);
		this.uniqueKeys = new UniqueKeys(jdbc);
		this.queues = new Queues(jdbc);
		this.crons = new Crons(jdbc);
		this.cronTicks = new CronTicks(jdbc);
		this.events = new EventLog(jdbc);
		this.upkeep = new Upkeep(jdbc);
		this.workflows = new Workflows(jdbc);
		this.workflowSteps = new WorkflowSteps(jdbc);
		this.workflowResults = new WorkflowResults(jdbc);
		this.rateLimits = new RateLimits(jdbc, pinned);
		this.tenants = new Tenants(jdbc);
		this.pools = new Pools(jdbc);
		this.endedJobs = new EndedJobs(jdbc);
		this.queueConfigs = new QueueConfigs(jdbc);
		this.retentionMarks = new RetentionMarks(jdbc);
		this.rehearsals = new Rehearsals(jdbc);
		this.besidePool = (besidePool != null) ? Leases.over(new UnpooledDataSource(besidePool)) : null;
		this.channel = (listenConnection != null) ? new NodeChannel(jdbc, this.transactions, listenConnection) : null;
	}

	/**
	 * Whose transaction work runs in.
	 * @return the transactions
	 */
	public Transactions transactions() {
		return this.transactions;
	}

	/**
	 * Stores new jobs.
	 * @return the statements
	 */
	public JobInserts inserts() {
		return this.inserts;
	}

	/**
	 * Claims jobs.
	 * @return the statements
	 */
	public Claims claims() {
		return this.claims;
	}

	/**
	 * Completes attempts.
	 * @return the statements
	 */
	public Completions completions() {
		return this.completions;
	}

	/**
	 * Ends attempts that did not succeed.
	 * @return the statements
	 */
	public Failures failures() {
		return this.failures;
	}

	/**
	 * Moves waiting jobs, cancels and expires.
	 * @return the statements
	 */
	public WaitingJobs waiting() {
		return this.waiting;
	}

	/**
	 * Heartbeats and overdue leases.
	 * @return the statements
	 */
	public Leases leases() {
		return this.leases;
	}

	/**
	 * Heartbeats on a connection of their own.
	 * @return the statements; {@code null} if there is no way past the pool
	 */
	public @Nullable Leases leasesBesidePool() {
		return this.besidePool;
	}

	/**
	 * Reads jobs.
	 * @return the statements
	 */
	public JobReads reads() {
		return this.reads;
	}

	/**
	 * Works on the dead letter.
	 * @return the statements
	 */
	public DeadLetters deadLetters() {
		return this.deadLetters;
	}

	/**
	 * Keeps how far attempts have come.
	 * @return the statements
	 */
	public ProgressReports progress() {
		return this.progress;
	}

	/**
	 * Keeps what jobs want to find again.
	 * @return the statements
	 */
	public Checkpoints checkpoints() {
		return this.checkpoints;
	}

	/**
	 * Keeps the schemas of arguments.
	 * @return the statements
	 */
	public Schemas schemas() {
		return this.schemas;
	}

	/**
	 * Keeps subscriptions to events.
	 * @return the statements
	 */
	public Webhooks webhooks() {
		return this.webhooks;
	}

	/**
	 * Keeps events on their way to subscriptions.
	 * @return the statements
	 */
	public Deliveries deliveries() {
		return this.deliveries;
	}

	/**
	 * Shows and directs workers.
	 * @return the statements
	 */
	public WorkerDirectory workers() {
		return this.workers;
	}

	/**
	 * Lists jobs for people.
	 * @return the statements
	 */
	public JobList jobList() {
		return this.jobList;
	}

	/**
	 * Counts everything.
	 * @return the statements
	 */
	public Census census() {
		return this.census;
	}

	/**
	 * Holds uniqueness keys.
	 * @return the statements
	 */
	public UniqueKeys uniqueKeys() {
		return this.uniqueKeys;
	}

	/**
	 * Lists, pauses and counts queues.
	 * @return the statements
	 */
	public Queues queues() {
		return this.queues;
	}

	/**
	 * Registers and lists periodic jobs.
	 * @return the statements
	 */
	public Crons crons() {
		return this.crons;
	}

	/**
	 * Fires periodic jobs.
	 * @return the statements
	 */
	public CronTicks cronTicks() {
		return this.cronTicks;
	}

	/**
	 * Reads events.
	 * @return the statements
	 */
	public EventLog events() {
		return this.events;
	}

	/**
	 * Looks what is due and prunes.
	 * @return the statements
	 */
	public Upkeep upkeep() {
		return this.upkeep;
	}

	/**
	 * Creates, reads and cancels workflows.
	 * @return the statements
	 */
	public Workflows workflows() {
		return this.workflows;
	}

	/**
	 * Carries workflows on.
	 * @return the statements
	 */
	public WorkflowSteps workflowSteps() {
		return this.workflowSteps;
	}

	/**
	 * Reads what steps of workflows are given.
	 * @return the statements
	 */
	public WorkflowResults workflowResults() {
		return this.workflowResults;
	}

	/**
	 * Limits by key, and the lanes in which limited jobs wait.
	 * @return the statements
	 */
	public RateLimits rateLimits() {
		return this.rateLimits;
	}

	/**
	 * Which jobs belong to which tenant.
	 * @return the statements
	 */
	public Tenants tenants() {
		return this.tenants;
	}

	/**
	 * Named sets of queues.
	 * @return the statements
	 */
	public Pools pools() {
		return this.pools;
	}

	/**
	 * Deletes jobs that have ended.
	 * @return the statements
	 */
	public EndedJobs endedJobs() {
		return this.endedJobs;
	}

	/**
	 * Keeps what is set for queues.
	 * @return the statements
	 */
	public QueueConfigs queueConfigs() {
		return this.queueConfigs;
	}

	/**
	 * Prunes where queues keep their jobs for different times.
	 * @return the statements
	 */
	public RetentionMarks retentionMarks() {
		return this.retentionMarks;
	}

	/**
	 * Does what only tests ask for.
	 * @return the statements
	 */
	public Rehearsals rehearsals() {
		return this.rehearsals;
	}

	/**
	 * Talks with the other nodes.
	 * @return the channel; {@code null} when this node relies on polling alone
	 */
	public @Nullable NodeChannel channel() {
		return this.channel;
	}

}
