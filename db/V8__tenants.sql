-- ojs-spring, schema version 8: tenants, and pools of queues.
--
-- A job belongs to the tenant that its metadata names as tenant_id. It is a column beside the metadata, so that what a tenant
-- fetches is found through an index however many jobs of others come before. Whoever names no tenant does not notice it.
--
-- Additive: a node of an earlier version works on, and what it stores belongs to no tenant. So does what was stored before.

CREATE TABLE ojs.pool (
    name     text      NOT NULL COLLATE "C" PRIMARY KEY,
    strategy text      NOT NULL COLLATE "C",                  -- round-robin, weighted or strict
    queues   text[]    NOT NULL,
    weights  integer[] NOT NULL                               -- of each queue
);

DO $$
DECLARE
    patience text := current_setting('lock_timeout');
BEGIN
    -- As in version 5: nobody waits for a table while he holds another that a node at work may want.
    PERFORM set_config('lock_timeout', '400ms', true);
    FOR try IN 1..150 LOOP
        BEGIN
            LOCK TABLE ojs.job, ojs.ready, ojs.waiting, ojs.workflow IN ACCESS EXCLUSIVE MODE;
            EXIT;
        EXCEPTION WHEN lock_not_available THEN
            IF try = 150 THEN
                RAISE EXCEPTION 'ojs.job, ojs.ready, ojs.waiting and ojs.workflow are not free for a change of the schema'
                    USING HINT = 'Another transaction has been using them for a minute; see pg_stat_activity.';
            END IF;
            PERFORM pg_sleep(random() * 0.2);
        END;
    END LOOP;
    PERFORM set_config('lock_timeout', patience, true);
    ALTER TABLE ojs.job ADD COLUMN tenant text COLLATE "C";
    ALTER TABLE ojs.ready ADD COLUMN tenant text COLLATE "C";       -- null: of no tenant
    ALTER TABLE ojs.waiting ADD COLUMN tenant text COLLATE "C";
    ALTER TABLE ojs.workflow ADD COLUMN tenant text COLLATE "C";    -- whose all of its jobs are
END
$$;
-- Of an expression, so that the claim of a tenant can use no other index in its order. No tenant has a slash in its name.
CREATE INDEX ready_tenant ON ojs.ready ((tenant || '/' || queue), rank, seq) WHERE tenant IS NOT NULL;

COMMENT ON SCHEMA ojs IS 'Open Job Spec backend (ojs-spring), schema version 8';
