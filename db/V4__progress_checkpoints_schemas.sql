-- ojs-spring, schema version 4.
--
-- What a job says of itself while it runs, what it wants to find again at its next attempt, and the schemas of arguments.
--
-- New tables only, so that nodes of earlier versions go on working beside newer ones. Nobody waits for it.

-- Apart from ready, so that a report never makes a new version of the row that a completion looks for at the same moment. No
-- index beside the key and room on each page: a report is a heap-only update.
CREATE TABLE ojs.progress (
    job_id     uuid             NOT NULL PRIMARY KEY,         -- report, read, retention
    updated_at timestamptz      NOT NULL,
    started_at timestamptz      NOT NULL,                     -- of the attempt that has reported: another one starts without progress
    progress   double precision,                              -- 0 to 1; null when the reports told no number
    message    text,
    data       text                                           -- JSON
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
        autovacuum_vacuum_cost_delay = 0);

CREATE TABLE ojs.checkpoint (
    job_id   uuid        NOT NULL PRIMARY KEY,                -- save, read, retention
    saved_at timestamptz NOT NULL,
    sequence bigint      NOT NULL,                            -- from 1; a save adds one
    state    text        NOT NULL                             -- JSON; text, not jsonb: kept value for value
);

CREATE TABLE ojs.schema (
    created_at timestamptz NOT NULL,
    precedence integer[]   NOT NULL,                          -- the numbers of the version: 1.10 comes after 1.9
    type       text        NOT NULL COLLATE "C",
    version    text        NOT NULL COLLATE "C",
    uri        text        NOT NULL COLLATE "C",
    document   text        NOT NULL,                          -- JSON Schema
    PRIMARY KEY (type, version)                               -- register, read, delete, list
);
CREATE UNIQUE INDEX schema_uri ON ojs.schema (uri);           -- the check of a job that names its schema

COMMENT ON SCHEMA ojs IS 'Open Job Spec backend (ojs-spring), schema version 4';
