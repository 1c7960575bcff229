-- ojs-spring, schema version 7: webhooks.
--
-- Whoever holds the lock of the one row of webhook_cursor turns the events behind it into deliveries and moves it on, in one
-- transaction: each event gives one delivery for each subscription that it matches, however many nodes look. Deliveries are
-- then claimed like jobs, by a lease.
--
-- New tables only, so that nodes of earlier versions go on working beside newer ones; they deliver nothing. Nobody waits for it.

CREATE TABLE ojs.webhook (
    id         uuid        NOT NULL PRIMARY KEY,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    since      timestamptz NOT NULL,                          -- earlier events are not delivered: created, or activated again
    active     boolean     NOT NULL,
    url        text        NOT NULL,
    events     text[]      NOT NULL,                          -- types; a trailing * makes a prefix
    queues     text[]      NOT NULL,                          -- empty: of any queue
    job_types  text[]      NOT NULL,                          -- empty: of any type
    secret     text        NOT NULL,                          -- in the clear, as each delivery is signed with it
    former     text,                                          -- the secret before, which signs as well
    former_end timestamptz,                                   -- until then
    metadata   text        NOT NULL                           -- JSON
);

-- At most one row, which the first subscription brings.
CREATE TABLE ojs.webhook_cursor (
    one boolean NOT NULL DEFAULT true PRIMARY KEY CHECK (one),
    xid xid8    NOT NULL,                                     -- (xid, id) of the last event that was looked at
    id  bigint  NOT NULL
) WITH (fillfactor = 10, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);

CREATE TABLE ojs.delivery (
    id          uuid        NOT NULL PRIMARY KEY,
    webhook_id  uuid        NOT NULL,
    created_at  timestamptz NOT NULL,
    next_at     timestamptz,                                  -- due, or the end of the lease of whoever sends; null: ended
    claimed_at  timestamptz,                                  -- of the last attempt, which it fences
    ended_at    timestamptz,
    attempt     integer     NOT NULL,                         -- how many have started
    status      integer,                                      -- of the last answer; null: none came
    duration_ms integer,                                      -- of the last attempt
    delivered   boolean     NOT NULL DEFAULT false,           -- of one that has ended: false means dead
    event_id    text        NOT NULL COLLATE "C",
    event_type  text        NOT NULL COLLATE "C",
    error       text,                                         -- why the last attempt failed
    body        text        NOT NULL                          -- as it is sent, byte for byte at each attempt
) WITH (autovacuum_vacuum_scale_factor = 0.1, autovacuum_vacuum_cost_delay = 0);
CREATE INDEX delivery_due ON ojs.delivery (webhook_id, next_at) WHERE next_at IS NOT NULL;  -- claim
CREATE INDEX delivery_webhook ON ojs.delivery (webhook_id, created_at);                     -- list, end of a subscription
CREATE INDEX delivery_created ON ojs.delivery (created_at);                                 -- list, retention

COMMENT ON SCHEMA ojs IS 'Open Job Spec backend (ojs-spring), schema version 7';
