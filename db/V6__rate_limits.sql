-- ojs-spring, schema version 6: limits of concurrency and rate.
--
-- A job that is limited by a key is available, but not in its queue: it waits in a lane, which is a queue that nobody can name
-- and so nobody fetches from. Whoever holds the lock of the key's row admits from its lanes into the queue what may start now;
-- what is in the queue and does not run yet counts as started. So the claim knows nothing of limits, and no job that must wait
-- is ever in the way of another.
--
-- Additive: jobs that are not limited take no notice of it.

CREATE TABLE ojs.rate_limit (
    key             text        NOT NULL COLLATE "C" PRIMARY KEY,   -- locked by whoever admits
    concurrency     integer,                                        -- how many may run at once; null: any number
    rate            integer,                                        -- how many may start within rate_ms
    rate_ms         bigint,
    throttle        integer,                                        -- as rate, at even distances
    throttle_ms     bigint,
    overridden      integer,                                        -- the operator's concurrency, instead ...
    overridden_until timestamptz,                                   -- ... until then; null: until it is taken back
    updated_at      timestamptz NOT NULL
);

CREATE TABLE ojs.rate_lane (
    lane  text NOT NULL COLLATE "C",                                -- queue~key, or queue~key! of what must not wait
    key   text NOT NULL COLLATE "C",
    queue text NOT NULL COLLATE "C",
    PRIMARY KEY (lane, key)
);
CREATE INDEX rate_lane_key ON ojs.rate_lane (key, lane);            -- which lanes a key has

CREATE TABLE ojs.rate_start (
    lane text        NOT NULL COLLATE "C",
    at   timestamptz NOT NULL
) WITH (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX rate_start_lane ON ojs.rate_start (lane, at);          -- how many have started lately

DO $$
DECLARE
    patience text := current_setting('lock_timeout');
BEGIN
    -- As in version 5: nobody waits for a table while he holds another that a node at work may want.
    PERFORM set_config('lock_timeout', '400ms', true);
    FOR try IN 1..150 LOOP
        BEGIN
            LOCK TABLE ojs.job, ojs.ready, ojs.waiting, ojs.queue IN ACCESS EXCLUSIVE MODE;
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            IF try = 150 THEN
                RAISE EXCEPTION 'ojs.job, ojs.ready, ojs.waiting and ojs.queue are not free for a change of the schema'
                    USING HINT = 'Another transaction has been using them for a minute; see pg_stat_activity.';
            END IF;
            PERFORM pg_sleep(random() * 0.2);
        END;
    END LOOP;
    PERFORM set_config('lock_timeout', patience, true);
    ALTER TABLE ojs.job ADD COLUMN lane text COLLATE "C";
    ALTER TABLE ojs.ready ADD COLUMN lane text COLLATE "C";         -- null: not limited; equal to queue while it waits
    ALTER TABLE ojs.waiting ADD COLUMN lane text COLLATE "C";
    ALTER TABLE ojs.queue ADD COLUMN limited boolean NOT NULL DEFAULT false,   -- only what was admitted may be claimed
        ADD COLUMN max_depth integer;                               -- null: any number of jobs
END
$$;
-- Apart, so that what a key holds is counted without a look at what waits for it, which may be much.
CREATE INDEX ready_held ON ojs.ready (lane) WHERE queue <> lane;    -- what a key holds
CREATE INDEX ready_waits ON ojs.ready (lane) WHERE queue = lane;    -- which lanes wait

COMMENT ON SCHEMA ojs IS 'Open Job Spec backend (ojs-spring), schema version 6';
