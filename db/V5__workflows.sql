-- ojs-spring, schema version 5: workflows.
--
-- Chains, groups, batches and graphs are one thing here: steps that wait for other steps. A step is a job, or a join that
-- stands for several. Who ends a step's job locks the row of its workflow, counts down what waits for it and enqueues what
-- waits no longer, in one transaction; so no two of them can each believe that the other was the last.
--
-- Additive: jobs outside of workflows take no notice of it.

CREATE TABLE ojs.workflow (
    id          uuid        NOT NULL PRIMARY KEY,             -- locked by whoever ends one of its jobs
    created_at  timestamptz NOT NULL,
    finished_at timestamptz,
    final_step  integer     NOT NULL,                         -- the step whose end is the workflow's
    total       integer     NOT NULL,                         -- how many jobs it has, callbacks not counted
    open        integer     NOT NULL,                         -- how many of these have not ended
    state       smallint    NOT NULL,                         -- 1 running, 2 completed, 3 failed, 4 cancelled
    type        text        NOT NULL COLLATE "C",             -- chain, group, batch or graph
    name        text
);
CREATE INDEX workflow_finished ON ojs.workflow (state, finished_at);                    -- retention

-- Counting down changes no column of an index.
CREATE TABLE ojs.step (
    workflow_id  uuid      NOT NULL,
    no           integer   NOT NULL,
    job_id       uuid,                                        -- chosen beforehand; null for a join
    finished_at  timestamptz,
    open         integer   NOT NULL,                          -- how many of its dependencies have not ended
    bad          integer   NOT NULL DEFAULT 0,                -- how many of those that have did not succeed
    gate         integer,                                     -- unless this step succeeds, none of its part is reached
    previous     integer,                                     -- whose result its job gets ...
    position     integer   NOT NULL,                          -- ... and of how many before that one; see WorkflowResults
    kind         smallint  NOT NULL,                          -- 1 job, 2 join of a list, 3 of a chain, 4 of a batch; see NewStep.Kind
    rule         smallint  NOT NULL,                          -- when it runs; see NewStep.Rule, from 1
    state        smallint  NOT NULL,                          -- 1 waiting, 2 enqueued, 3 completed, 4 failed, 5 cancelled, 6 not needed
    dependencies integer[] NOT NULL,
    dependents   integer[] NOT NULL,
    path         text      COLLATE "C",                       -- its place, such as 1.0 or on_success; null: not shown
    type         text      NOT NULL COLLATE "C",              -- the job's type, or what a join stands for
    job          text,                                        -- JSON, what is to be enqueued
    PRIMARY KEY (workflow_id, no)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 0);
CREATE UNIQUE INDEX step_job ON ojs.step (job_id) WHERE job_id IS NOT NULL;             -- settle, results, retention

DO $$
DECLARE
    patience text := current_setting('lock_timeout');
BEGIN
    -- Statements of nodes at work take these tables in different orders. Whoever waits for one of them gives up and lets go
    -- of the others before the server looks for deadlocks, which might end a claim instead.
    PERFORM set_config('lock_timeout', '400ms', true);
    FOR try IN 1..150 LOOP
        BEGIN
            LOCK TABLE ojs.job, ojs.ready, ojs.waiting IN ACCESS EXCLUSIVE MODE;
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            IF try = 150 THEN
                RAISE EXCEPTION 'ojs.job, ojs.ready and ojs.waiting are not free for a change of the schema'
                    USING HINT = 'Another transaction has been using them for a minute; see pg_stat_activity.';
            END IF;
            PERFORM pg_sleep(random() * 0.2);
        END;
    END LOOP;
    PERFORM set_config('lock_timeout', patience, true);
    ALTER TABLE ojs.job ADD COLUMN workflow_id uuid;
    ALTER TABLE ojs.ready ADD COLUMN workflow_id uuid;        -- so that a completion knows without a look at the job
    ALTER TABLE ojs.waiting ADD COLUMN workflow_id uuid;
END
$$;

COMMENT ON SCHEMA ojs IS 'Open Job Spec backend (ojs-spring), schema version 5';
