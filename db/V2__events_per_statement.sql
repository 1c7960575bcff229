-- ojs-spring, schema version 2.
--
-- An event row speaks for all jobs that one statement has moved in the same way: one row for a batch of 500 claims, where
-- version 1 wrote 500, each with two index entries, which was a third of the cost of a job.
--
-- Additive, so that nodes of version 1 go on working beside newer ones: they write rows of one job, which stay readable.
--
-- Changes the catalogue alone. It waits for open transactions that have enqueued or claimed, and others wait behind it: run it
-- while no long transaction is open.

DO $$
BEGIN
    -- Both tables at once, and in the order in which a claim takes them: a claim under way would otherwise hold the one and
    -- wait for the other.
    LOCK TABLE ojs.claim, ojs.event IN ACCESS EXCLUSIVE MODE;

    ALTER TABLE ojs.event
        ADD COLUMN job_ids     uuid[],                        -- null: the row speaks for job_id alone
        ADD COLUMN duration_ms bigint[];                      -- for each of job_ids, how long its attempt took; null: not told

    -- Ids do not compress, and trying took a twelfth of the time of a claim.
    ALTER TABLE ojs.event ALTER COLUMN job_ids SET STORAGE EXTERNAL;
    ALTER TABLE ojs.event ALTER COLUMN duration_ms SET STORAGE EXTERNAL;
    ALTER TABLE ojs.claim ALTER COLUMN job_ids SET STORAGE EXTERNAL;
END
$$;

COMMENT ON SCHEMA ojs IS 'Open Job Spec backend (ojs-spring), schema version 2';
