-- The sample's own tables. The starter's are in a schema and a Flyway history of their own.
CREATE TABLE signup (
    email      text        NOT NULL PRIMARY KEY,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE subscription (
    email text NOT NULL REFERENCES signup,
    topic text NOT NULL,
    PRIMARY KEY (email, topic)
);
