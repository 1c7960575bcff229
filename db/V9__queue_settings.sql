-- ojs-spring, schema version 9: settings of queues.
--
-- What applies to a queue is what a call has set, and otherwise what an application declares in its properties. Both words are kept,
-- so that neither a restart nor another application undoes what an operator has said. Bounds and limits that follow from them stay
-- where version 6 keeps them, so that nodes of version 6 obey them, too.
--
-- New tables only; nobody waits for it.

CREATE TABLE ojs.queue_config (
    name       text        NOT NULL COLLATE "C" PRIMARY KEY,  -- a queue, or _default for those that say nothing
    config     text,                                          -- JSON: what calls have set; null: nothing
    declared   text,                                          -- JSON: what properties say; null: nothing
    owner      text        COLLATE "C",                       -- the application whose properties they are
    updated_at timestamptz NOT NULL
);

-- How far the ended jobs of a state have been looked through for those that may be kept for one of several times: each is looked at
-- once per time, whatever its queue. Other rules have other marks, and so begin anew.
CREATE TABLE ojs.retention_mark (
    state   smallint    NOT NULL,                             -- as in ojs.outcome
    age_ms  bigint      NOT NULL,
    rules   text        NOT NULL COLLATE "C",                 -- which queues keep their jobs how long, as a hash
    seen_to timestamptz NOT NULL,
    used_at timestamptz NOT NULL,
    PRIMARY KEY (state, age_ms, rules)
);

-- What was set before this version was set by calls.
INSERT INTO ojs.queue_config (name, config, updated_at)
SELECT q.name, jsonb_strip_nulls(jsonb_build_object('max_depth', q.max_depth, 'concurrency', l.concurrency, 'rate', l.rate,
           'rate_ms', l.rate_ms, 'throttle', l.throttle, 'throttle_ms', l.throttle_ms))::text, clock_timestamp()
FROM ojs.queue q LEFT JOIN ojs.rate_limit l ON q.limited AND l.key = 'queue:' || q.name
WHERE q.max_depth IS NOT NULL OR l.key IS NOT NULL;

COMMENT ON SCHEMA ojs IS 'Open Job Spec backend (ojs-spring), schema version 9';
