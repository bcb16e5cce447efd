-- The queue, its conversations and sentences, and the replicas that share them.
--
-- One rule keeps all of it consistent: whoever changes what waits locks the one row of "queue" first, and rows of
-- "conversations" before rows of "sentences". Each change is one call of one function, so that a program that is
-- stopped halfway never leaves that lock behind. The clock is the database's alone.

-- How much waits, and the two ends of the line in which conversations wait for their turn.
CREATE TABLE queue (
    one     boolean NOT NULL DEFAULT true,
    -- Sentences that wait, over all conversations: the capacity is held against this number.
    waiting bigint  NOT NULL DEFAULT 0,
    -- The turns that were given out last: at the front for what comes back, at the back for what is new.
    front   bigint  NOT NULL DEFAULT 0,
    back    bigint  NOT NULL DEFAULT 0,
    CONSTRAINT queue_pkey PRIMARY KEY (one),
    -- There is one queue.
    CONSTRAINT queue_has_one_row CHECK (one),
    -- A sentence is counted out just once.
    CONSTRAINT queue_waiting_not_negative CHECK (waiting >= 0)
    -- Rewritten with each change: an almost empty page has room for the next version of the row without a new page.
) WITH (fillfactor = 10);

INSERT INTO queue DEFAULT VALUES;

-- The programs that share the queue. A row goes when its program says goodbye or is declared gone.
CREATE TABLE replicas (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY,
    -- For people.
    name        text        NOT NULL,
    -- After so long without a sign of life what it has taken goes to others.
    lease       interval    NOT NULL,
    alive_until timestamptz NOT NULL,
    CONSTRAINT replicas_pkey PRIMARY KEY (id)
) WITH (fillfactor = 50);

CREATE TABLE conversations (
    id       uuid   NOT NULL,
    -- The client's name for it; without one it lives as long as its stream.
    key      text,
    -- Goes up with each stream that takes the conversation over: what an earlier one still writes counts for nothing.
    epoch    bigint NOT NULL DEFAULT 1,
    -- The program that has its stream; none while the client is away.
    replica  bigint,
    -- Since when the client is away.
    left_at  timestamptz,
    -- The number of its last sentence, whatever became of that.
    numbered bigint NOT NULL DEFAULT 0,
    -- The number of the last answer that was sent.
    sent     bigint NOT NULL DEFAULT 0,
    -- How many of its sentences wait.
    waiting  bigint NOT NULL DEFAULT 0,
    -- Its place in the line while sentences of it wait.
    turn     bigint,
    CONSTRAINT conversations_pkey PRIMARY KEY (id),
    -- A key names one conversation; the index finds it.
    CONSTRAINT conversations_key_unique UNIQUE (key),
    CONSTRAINT conversations_replica_fkey FOREIGN KEY (replica) REFERENCES replicas (id),
    CONSTRAINT conversations_waiting_not_negative CHECK (waiting >= 0),
    -- Who has something to be asked stands in line, and nobody else.
    CONSTRAINT conversations_in_line_while_waiting CHECK ((turn IS NOT NULL) = (waiting > 0)),
    -- Without a key nobody can come back for it.
    CONSTRAINT conversations_away_only_with_key CHECK (key IS NOT NULL OR replica IS NOT NULL),
    CONSTRAINT conversations_away_or_with_stream CHECK ((left_at IS NULL) = (replica IS NOT NULL))
) WITH (fillfactor = 70);

-- The line itself: the next conversations to be served, without a look at those that have nothing to ask.
CREATE INDEX conversations_line ON conversations (turn) WHERE turn IS NOT NULL;

-- What a program leaves behind when it goes.
CREATE INDEX conversations_of_replica ON conversations (replica) WHERE replica IS NOT NULL;

-- Whose client has been away for too long.
CREATE INDEX conversations_away ON conversations (left_at) WHERE left_at IS NOT NULL;

CREATE TYPE sentence_state AS ENUM ('waiting', 'taken', 'answered');

-- The admitted sentences. Texts are bytes: a sentence may contain the character 0, which text here can't hold.
CREATE TABLE sentences (
    conversation uuid           NOT NULL,
    number       bigint         NOT NULL,
    state        sentence_state NOT NULL DEFAULT 'waiting',
    sentence     bytea          NOT NULL,
    -- The program whose worker has it.
    replica      bigint,
    -- Goes up each time that it is taken: only who has taken it last may answer it.
    fence        bigint         NOT NULL DEFAULT 0,
    failed       boolean        NOT NULL DEFAULT false,
    answer       bytea,
    answered_at  timestamptz,
    -- A sentence is admitted once, however often its admission is tried; the index gives a conversation's in order.
    CONSTRAINT sentences_pkey PRIMARY KEY (conversation, number),
    CONSTRAINT sentences_taken_by_replica CHECK ((state = 'taken') = (replica IS NOT NULL)),
    CONSTRAINT sentences_answered_with_answer CHECK ((state = 'answered') = (answer IS NOT NULL))
    -- No foreign key to the conversation: its check for each row would cost as much as the row. Rows are added and
    -- conversations removed under the queue's lock alone, by two functions that see to it.
) WITH (fillfactor = 70);

-- A conversation's first waiting sentence, past those that are being answered or are kept for their client.
CREATE INDEX sentences_waiting ON sentences (conversation, number) WHERE state = 'waiting';

-- What goes to others when a program gives no sign of life.
CREATE INDEX sentences_taken ON sentences (replica) WHERE state = 'taken';

CREATE TYPE mail_kind AS ENUM ('answered', 'cancelled', 'taken_over');

-- What one program has to tell another. It is written with the change that it tells of, so that none is lost; a
-- notification only says that there is some.
CREATE TABLE mail (
    id           bigint    NOT NULL GENERATED ALWAYS AS IDENTITY,
    replica      bigint    NOT NULL,
    kind         mail_kind NOT NULL,
    conversation uuid      NOT NULL,
    -- The sentence whose call is of no use any more.
    number       bigint    NOT NULL DEFAULT 0,
    -- Which taking of that sentence, or which epoch took the conversation over.
    fence        bigint    NOT NULL DEFAULT 0,
    CONSTRAINT mail_pkey PRIMARY KEY (id)
);

-- A program's own mail, oldest first.
CREATE INDEX mail_of_replica ON mail (replica, id);

-- These tables are small and their rows short-lived: vacuum comes after a few thousand changes, not after a fifth of
-- what once was there, and doesn't rest in between.
ALTER TABLE queue SET (autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE conversations SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE sentences SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE mail SET (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_threshold = 5000, autovacuum_vacuum_cost_delay = 0);
