-- What workers do: take sentences, answer them, give them back.

-- Takes up to so many sentences for one program: conversations in turn, the sentences of each in order. Who is served
-- goes to the back of the line, so that a conversation waits for at most one sentence of each other one.
CREATE FUNCTION take(of_replica bigint, wanted integer)
RETURNS TABLE (conversation uuid, number bigint, fence bigint, sentence bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    last bigint;
BEGIN
    IF NOT EXISTS (SELECT FROM queue q WHERE q.waiting > 0) THEN
        RETURN;
    END IF;
    -- Not worth a wait for the disk: if it is forgotten in a crash, the sentence waits as before. Whatever follows
    -- from it is written after it.
    PERFORM set_config('synchronous_commit', 'off', true);
    SELECT q.back INTO last FROM queue q FOR UPDATE;
    -- Who was declared gone takes nothing: nobody would look after it.
    IF NOT EXISTS (SELECT FROM replicas r WHERE r.id = of_replica) THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH line AS (
        SELECT c.id, c.turn, c.waiting FROM conversations c WHERE c.turn IS NOT NULL ORDER BY c.turn LIMIT wanted
    ), places AS (
        -- Who is served how often, told from how many wait in each conversation.
        SELECT l.id, row_number() OVER (ORDER BY r.round, l.turn) AS place
        FROM line l CROSS JOIN LATERAL generate_series(1, least(l.waiting, wanted)) AS r (round)
        ORDER BY r.round, l.turn LIMIT wanted
    ), served AS (
        SELECT p.id, count(*) AS taken, max(p.place) AS place, array_agg(p.place ORDER BY p.place) AS places
        FROM places p GROUP BY p.id
    ), chosen AS (
        SELECT n.id, s.number, n.places[s.at] AS place FROM served n CROSS JOIN LATERAL (
            SELECT w.number, row_number() OVER (ORDER BY w.number) AS at FROM sentences w
            WHERE w.conversation = n.id AND w.state = 'waiting' ORDER BY w.number LIMIT n.taken
        ) s
    ), taken AS (
        UPDATE sentences s SET state = 'taken', replica = of_replica, fence = s.fence + 1
        FROM chosen c WHERE s.conversation = c.id AND s.number = c.number
        RETURNING s.conversation, s.number, s.fence, s.sentence, c.place
    ), moved AS (
        UPDATE conversations c SET
            waiting = c.waiting - n.taken,
            turn = CASE WHEN c.waiting > n.taken THEN last + n.place END
        FROM served n WHERE c.id = n.id
    ), counted AS (
        UPDATE queue q SET waiting = q.waiting - n.taken, back = q.back + n.taken
        FROM (SELECT count(*) AS taken FROM chosen) n
    )
    SELECT t.conversation, t.number, t.fence, t.sentence FROM taken t ORDER BY t.place;
END
$$;

-- Keeps the answers of workers. An answer counts only from who has taken the sentence last.
CREATE FUNCTION answer(
    of_replica bigint, conversations uuid[], numbers bigint[], fences bigint[], failures boolean[], answers bytea[]
) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    -- A conversation with a key may change hands: not before its new owner can be told of this answer.
    PERFORM FROM conversations c WHERE c.id = ANY (conversations) AND c.key IS NOT NULL ORDER BY c.id FOR SHARE;
    WITH kept AS (
        UPDATE sentences s SET
            state = 'answered', replica = NULL, failed = a.failed, answer = a.answer, answered_at = clock_timestamp()
        FROM unnest(conversations, numbers, fences, failures, answers) AS a (conversation, number, fence, failed, answer)
        WHERE s.conversation = a.conversation AND s.number = a.number AND s.fence = a.fence AND s.state = 'taken'
            AND s.replica = of_replica
        RETURNING s.conversation
    )
    INSERT INTO mail (replica, kind, conversation)
    SELECT DISTINCT c.replica, 'answered'::mail_kind, c.id
    FROM kept k JOIN conversations c ON c.id = k.conversation WHERE c.replica <> of_replica;
    IF FOUND THEN
        PERFORM notify_replicas(array_agg(DISTINCT c.replica)) FROM conversations c
        WHERE c.id = ANY (conversations) AND c.replica <> of_replica;
    END IF;
END
$$;

-- Puts taken sentences back to the front of the line. The caller has locked the queue.
CREATE FUNCTION put_back(conversations uuid[], numbers bigint[], fences bigint[]) RETURNS bigint
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    put bigint;
BEGIN
    -- Before their sentences, as everybody does.
    PERFORM FROM conversations c WHERE c.id = ANY (conversations) ORDER BY c.id FOR NO KEY UPDATE;
    WITH put AS (
        UPDATE sentences s SET state = 'waiting', replica = NULL
        FROM unnest(conversations, numbers, fences) AS b (conversation, number, fence)
        WHERE s.conversation = b.conversation AND s.number = b.number AND s.fence = b.fence AND s.state = 'taken'
        RETURNING s.conversation
    ), per AS (
        SELECT p.conversation, count(*) AS put, row_number() OVER () AS place FROM put p GROUP BY p.conversation
    ), waiting AS (
        UPDATE conversations c SET waiting = c.waiting + p.put, turn = q.front - p.place
        FROM per p, queue q WHERE c.id = p.conversation
    ), counted AS (
        UPDATE queue q SET waiting = q.waiting + n.put, front = q.front - n.conversations
        FROM (SELECT sum(p.put) AS put, count(*) AS conversations FROM per p) n WHERE n.conversations > 0
    )
    SELECT coalesce(sum(p.put), 0) INTO put FROM per p;
    IF put > 0 THEN
        PERFORM notify_work(0);
    END IF;
    RETURN put;
END
$$;

-- Gives back what one program's workers have taken and won't answer.
CREATE FUNCTION give_back(of_replica bigint, conversations uuid[], numbers bigint[], fences bigint[]) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM queue FOR UPDATE;
    IF NOT EXISTS (SELECT FROM replicas r WHERE r.id = of_replica) THEN
        RETURN 0;
    END IF;
    RETURN put_back(conversations, numbers, fences);
END
$$;

-- What one program has taken by the database's account: after a lost reply it is compared with its own.
CREATE FUNCTION held(of_replica bigint) RETURNS TABLE (conversation uuid, number bigint, fence bigint)
LANGUAGE sql STABLE AS $$
    SELECT s.conversation, s.number, s.fence FROM sentences s WHERE s.replica = of_replica AND s.state = 'taken'
$$;
