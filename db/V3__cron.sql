-- ojs-spring, schema version 3.
--
-- Periodic jobs, one row each. Who fires one holds the lock of its row, and moves next_run_at on in the transaction that stores
-- the job: a tick makes one job, however many nodes look at once.
--
-- Additive, so that nodes of version 2 go on working beside newer ones: they know nothing of periodic jobs.
--
-- Creates a table and an index, and waits for nobody.

CREATE TABLE ojs.cron (
    name        text        NOT NULL COLLATE "C" PRIMARY KEY,
    expression  text        NOT NULL,
    timezone    text        NOT NULL,
    overlap     text        NOT NULL COLLATE "C",             -- skip, allow, cancel_previous or enqueue
    enabled     boolean     NOT NULL,
    description text,
    job         text        NOT NULL,                         -- JSON: what each run enqueues, with the defaults of its type
    owner       text        COLLATE "C",                      -- the application that declares it; null: registered by a call
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    next_run_at timestamptz,                                  -- null while disabled
    last_run_at timestamptz,
    last_job_id uuid,                                         -- its state decides whether the last run has ended
    run_count   bigint      NOT NULL DEFAULT 0
);
CREATE INDEX cron_due ON ojs.cron (next_run_at) WHERE next_run_at IS NOT NULL;          -- fire

COMMENT ON SCHEMA ojs IS 'Open Job Spec backend (ojs-spring), schema version 3';
