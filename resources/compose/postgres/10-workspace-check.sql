-- One table with one row. The health check and the services lane read it: a database that answers but never ran its
-- init script is not healthy.
CREATE TABLE workspace_check (
    -- The primary key keeps the seed row single, should the script ever be run by hand.
    name text CONSTRAINT workspace_check_pkey PRIMARY KEY,
    note text NOT NULL
);

INSERT INTO workspace_check (name, note) VALUES ('seed', 'written by the init script');
