-- ojs-spring, schema version 1.
--
-- A job's state is the table that its row is in; each transition moves the row in one statement.
--
--   job      what the producer sent; written once, never updated
--   ready    available (worker is null) and active (worker is not null)
--   waiting  scheduled, retryable and pending
--   outcome  completed, cancelled and discarded
--
-- Run by Flyway with its own history in this schema, or by hand, or from another migration tool.

-- Not CREATE SCHEMA IF NOT EXISTS, which asks for the right to create schemas also where an administrator has made it.
DO $$ BEGIN IF to_regnamespace('ojs') IS NULL THEN CREATE SCHEMA ojs; END IF; END $$;

CREATE TABLE ojs.job (
    id           uuid        NOT NULL PRIMARY KEY,            -- UUIDv7: time-ordered, so the index grows at its end
    created_at   timestamptz NOT NULL,
    scheduled_at timestamptz,
    expires_at   timestamptz,
    timeout_ms   bigint,                                      -- null: the server's default
    lease_ms     bigint,                                      -- visibility timeout; null: the server's default
    max_attempts integer     NOT NULL,
    priority     smallint    NOT NULL,
    type         text        NOT NULL COLLATE "C",
    queue        text        NOT NULL COLLATE "C",
    args         text        NOT NULL,                        -- text, not jsonb: kept value for value, and cheaper to write
    meta         text        NOT NULL,
    options      text                                         -- JSON; null when the producer asked for nothing
);

-- CACHE 1, since insertion order within a queue is promised and the claim's mark relies on it.
CREATE SEQUENCE ojs.job_seq AS bigint CACHE 1;

-- Claiming changes only columns that no index and no predicate of an index mentions, so that it is a heap-only
-- update; every row is claimed once, hence the room that the fill factor leaves.
CREATE TABLE ojs.ready (
    seq           bigint      NOT NULL DEFAULT nextval('ojs.job_seq'),
    available_at  timestamptz NOT NULL,
    job_id        uuid        NOT NULL,
    started_at    timestamptz,
    lease_until   timestamptz,                                -- null while a worker's own heartbeat decides
    execute_until timestamptz,
    expires_at    timestamptz,
    attempt       integer     NOT NULL DEFAULT 0,
    timeout_ms    bigint,
    lease_ms      bigint,
    rank          smallint    NOT NULL,                       -- minus the priority: ascending order, so that (rank, seq) compares as a row
    queue         text        NOT NULL COLLATE "C",
    type          text        NOT NULL COLLATE "C",
    worker        text        COLLATE "C"
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 200000,
        vacuum_truncate = off);
CREATE UNIQUE INDEX ready_order ON ojs.ready (queue, rank, seq);   -- the claim
CREATE UNIQUE INDEX ready_job ON ojs.ready (job_id);               -- complete, fail, cancel, read

CREATE TABLE ojs.waiting (
    job_id     uuid        NOT NULL PRIMARY KEY,               -- activate, cancel, read
    due_at     timestamptz,                                   -- null while pending
    started_at timestamptz,
    expires_at timestamptz,
    attempt    integer     NOT NULL DEFAULT 0,
    timeout_ms bigint,
    lease_ms   bigint,
    state      smallint    NOT NULL,                          -- 1 scheduled, 2 retryable, 3 pending
    rank       smallint    NOT NULL,
    queue      text        NOT NULL COLLATE "C",
    type       text        NOT NULL COLLATE "C"
) WITH (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX waiting_due ON ojs.waiting (due_at) WHERE due_at IS NOT NULL;              -- promotion
CREATE INDEX waiting_queue ON ojs.waiting (queue, due_at);                              -- promotion before a fetch; statistics

CREATE TABLE ojs.outcome (
    job_id      uuid        NOT NULL PRIMARY KEY,
    finished_at timestamptz NOT NULL,
    started_at  timestamptz,
    attempt     integer     NOT NULL,
    state       smallint    NOT NULL,                         -- 4 completed, 5 cancelled, 6 discarded, 7 expired, 8 dead letter
    queue       text        NOT NULL COLLATE "C",
    worker      text        COLLATE "C",
    result      text
);
CREATE INDEX outcome_finished ON ojs.outcome (state, finished_at);                      -- retention, dead letter

CREATE TABLE ojs.failure (
    id             bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    job_id         uuid        NOT NULL,
    occurred_at    timestamptz NOT NULL,
    retry_delay_ms bigint,
    attempt        integer     NOT NULL,
    error          text        NOT NULL                       -- JSON
);
CREATE INDEX failure_job ON ojs.failure (job_id, id);                                   -- read, claim of a repeated attempt

-- Jobs that expire before they start. Kept apart so that claiming stays free of an index on a time.
CREATE TABLE ojs.expiry (
    job_id     uuid        NOT NULL PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX expiry_due ON ojs.expiry (expires_at);                                     -- expire

-- One row per uniqueness key, naming the job that holds it; whether that job still blocks is decided by its state.
CREATE TABLE ojs.unique_key (
    key        bytea       NOT NULL PRIMARY KEY,
    job_id     uuid        NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX unique_key_job ON ojs.unique_key (job_id);                                 -- retention

-- One row per claim, not per job: tells the reaper which jobs to look at and when, without an index on leases.
CREATE TABLE ojs.claim (
    id       bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    check_at timestamptz NOT NULL,
    worker   text        NOT NULL COLLATE "C",
    job_ids  uuid[]      NOT NULL,
    abandoned boolean    NOT NULL DEFAULT false               -- the worker is dead or has signed off
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX claim_due ON ojs.claim (check_at);                                         -- reap
CREATE INDEX claim_worker ON ojs.claim (worker);                                        -- reap a dead worker

-- Leases that a heartbeat has extended. Kept apart from ready, so that a heartbeat never makes a new version of the row
-- that a completion looks for at the same moment.
CREATE TABLE ojs.lease (
    job_id      uuid        NOT NULL PRIMARY KEY,              -- heartbeat, reap
    worker      text        NOT NULL COLLATE "C",
    attempt     integer     NOT NULL,
    lease_until timestamptz NOT NULL
) WITH (fillfactor = 70);

CREATE TABLE ojs.worker (
    id           text        NOT NULL COLLATE "C" PRIMARY KEY,
    started_at   timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    heartbeat_at timestamptz,                                 -- null until the first heartbeat; only then can silence mean death
    embedded     boolean     NOT NULL DEFAULT false,
    dead         boolean     NOT NULL DEFAULT false,
    directive    text        COLLATE "C",                     -- null, quiet or terminate
    info         text                                         -- JSON, what the worker says of itself
);

CREATE TABLE ojs.queue (
    name       text        NOT NULL COLLATE "C" PRIMARY KEY,
    paused     boolean     NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- Written in the transaction of the transition. A reader takes only rows of transactions older than the oldest one
-- still running, in the order (xid, id), so that a late commit is never skipped.
CREATE TABLE ojs.event (
    id       bigint      GENERATED ALWAYS AS IDENTITY,
    xid      xid8        NOT NULL DEFAULT pg_current_xact_id(),
    at       timestamptz NOT NULL,
    type     text        NOT NULL COLLATE "C",
    job_id   uuid,
    job_type text        COLLATE "C",
    queue    text        COLLATE "C",
    attempt  integer,
    data     jsonb,
    PRIMARY KEY (xid, id)                                     -- the feed, in commit-safe order
);
CREATE INDEX event_at ON ojs.event (at);                                                -- retention

-- Tells the version where no history was kept; every migration renews it.
COMMENT ON SCHEMA ojs IS 'Open Job Spec backend (ojs-spring), schema version 1';

-- The whole envelope with its state, for people and dashboards; no statement of the engine uses it.
CREATE VIEW ojs.jobs AS
SELECT j.id, j.type, j.queue, j.priority,
       CASE WHEN r.job_id IS NOT NULL THEN CASE WHEN r.worker IS NULL THEN 'available' ELSE 'active' END
            WHEN w.job_id IS NOT NULL THEN (ARRAY['scheduled', 'retryable', 'pending'])[w.state]
            ELSE (ARRAY['completed', 'cancelled', 'discarded', 'discarded', 'discarded'])[o.state - 3] END AS state,
       coalesce(r.attempt, w.attempt, o.attempt) AS attempt, j.max_attempts, j.args, j.meta, j.options, o.result,
       j.created_at, r.available_at AS enqueued_at, coalesce(r.started_at, w.started_at, o.started_at) AS started_at,
       o.finished_at, w.due_at AS next_attempt_at, coalesce(r.worker, o.worker) AS worker_id,
       coalesce(o.state = 8, false) AS dead_letter
FROM ojs.job j
LEFT JOIN ojs.ready r ON r.job_id = j.id
LEFT JOIN ojs.waiting w ON w.job_id = j.id
LEFT JOIN ojs.outcome o ON o.job_id = j.id;
