-- What streams do: open a conversation, have its answers delivered, leave it.

-- Opens a conversation for a stream of one program: a new one, or the one that the key names. No row: the program
-- isn't registered any more.
--
-- It goes on after the answer that its client says to have received, else after the last that was sent. Where the
-- stream before it was the same program's, that one says how far it came: what was fetched isn't yet sent.
CREATE FUNCTION open(
    of_replica bigint, fresh uuid, with_key text, received bigint,
    former_epoch bigint, former_numbered bigint, former_got bigint
)
RETURNS TABLE (id uuid, epoch bigint, numbered bigint, sent bigint, owed bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    former bigint;
    opened conversations;
BEGIN
    -- Against a concurrent removal, of the program or of the conversation.
    IF with_key IS NOT NULL THEN
        PERFORM FROM queue FOR UPDATE;
    END IF;
    IF NOT EXISTS (SELECT FROM replicas r WHERE r.id = of_replica FOR KEY SHARE) THEN
        RETURN;
    END IF;
    IF with_key IS NULL THEN
        -- Tried again after a lost reply, it is there already.
        INSERT INTO conversations (id, replica) VALUES (fresh, of_replica) ON CONFLICT (id) DO NOTHING;
        RETURN QUERY SELECT fresh, 1::bigint, 0::bigint, 0::bigint, 0::bigint;
        RETURN;
    END IF;
    -- Epoch 0 until the update below: the first stream has epoch 1.
    INSERT INTO conversations (id, key, replica, epoch) VALUES (fresh, with_key, of_replica, 0)
    ON CONFLICT (key) DO NOTHING;
    SELECT c.replica INTO former FROM conversations c WHERE c.key = with_key FOR UPDATE;
    UPDATE conversations c SET
        numbered = greatest(c.numbered, CASE WHEN c.epoch = former_epoch THEN former_numbered END),
        sent = coalesce(received, CASE WHEN c.epoch = former_epoch THEN former_got END, c.sent)
    WHERE c.key = with_key;
    -- Nobody has received an answer that doesn't exist.
    UPDATE conversations c SET
        epoch = c.epoch + 1, replica = of_replica, left_at = NULL, sent = least(c.sent, c.numbered)
    WHERE c.key = with_key RETURNING * INTO opened;
    IF former <> of_replica THEN
        INSERT INTO mail (replica, kind, conversation, fence)
        VALUES (former, 'taken_over', opened.id, opened.epoch);
        PERFORM notify_replicas(ARRAY[former]);
    END IF;
    RETURN QUERY SELECT opened.id, opened.epoch, opened.numbered, opened.sent, (
        SELECT count(*) FROM sentences s WHERE s.conversation = opened.id AND s.number > opened.sent
    );
END
$$;

-- The next answers of each of these conversations, in order: those after the number that its stream has got to, up to
-- the first sentence that isn't answered, and not more than so many or so many bytes of each. They count as sent.
CREATE FUNCTION deliver(
    of_replica bigint, conversations uuid[], epochs bigint[], after bigint[], most integer, bytes bigint, ttl interval
) RETURNS TABLE (conversation uuid, number bigint, failed boolean, answer bytea)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    -- What is kept past its stream must be on the disk before it is sent; without a key nothing outlives the stream.
    IF NOT EXISTS (SELECT FROM conversations c WHERE c.id = ANY (conversations) AND c.key IS NOT NULL) THEN
        PERFORM set_config('synchronous_commit', 'off', true);
    END IF;
    RETURN QUERY
    WITH asked AS (
        SELECT * FROM unnest(conversations, epochs, after) AS d (conversation, epoch, after)
    ), keyed AS (
        -- Locked in one order, and judged by what stands there then: another stream may just have taken it over.
        SELECT c.id, c.key, a.after FROM asked a JOIN conversations c ON c.id = a.conversation
        WHERE c.epoch = a.epoch AND c.replica = of_replica AND c.key IS NOT NULL
        ORDER BY c.id FOR NO KEY UPDATE OF c
    ), owned AS (
        SELECT * FROM keyed UNION ALL
        SELECT c.id, c.key, a.after FROM asked a JOIN conversations c ON c.id = a.conversation
        WHERE c.replica = of_replica AND c.key IS NULL
    ), next AS (
        SELECT o.id, o.key, s.* FROM owned o CROSS JOIN LATERAL (
            SELECT n.number, n.failed, n.answer, n.state, row_number() OVER w AS place,
                bool_and(n.state = 'answered') OVER w AS in_order, sum(length(n.answer)) OVER w AS bytes
            FROM (
                SELECT x.* FROM sentences x WHERE x.conversation = o.id AND x.number > o.after
                ORDER BY x.number LIMIT most
            ) n WINDOW w AS (ORDER BY n.number)
        ) s WHERE s.in_order AND (s.place = 1 OR s.bytes <= deliver.bytes)
    ), sent AS (
        UPDATE conversations c SET sent = n.number
        FROM (SELECT x.id, max(x.number) AS number FROM next x WHERE x.key IS NOT NULL GROUP BY x.id) n
        WHERE c.id = n.id
    ), past AS (
        -- Without a key, what the stream has got is of no use to anybody. With one, it is kept for a while.
        DELETE FROM sentences s USING (
            SELECT p.conversation, p.number FROM owned o CROSS JOIN LATERAL (
                SELECT y.* FROM sentences y WHERE y.conversation = o.id AND y.number <= o.after
                ORDER BY y.number LIMIT 2 * most
            ) p WHERE o.key IS NULL OR p.answered_at < clock_timestamp() - ttl
        ) p WHERE s.conversation = p.conversation AND s.number = p.number
    )
    SELECT n.id, n.number, n.failed, n.answer FROM next n ORDER BY n.id, n.number;
END
$$;

-- Removes conversations and all of their sentences, and says so to who is having one answered. The caller has locked
-- the queue.
CREATE FUNCTION remove(removed uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    -- Locked before their sentences, as everybody does.
    PERFORM FROM conversations c WHERE c.id = ANY (removed) ORDER BY c.id FOR UPDATE;
    INSERT INTO mail (replica, kind, conversation, number, fence)
    SELECT s.replica, 'cancelled', s.conversation, s.number, s.fence
    FROM sentences s WHERE s.conversation = ANY (removed) AND s.state = 'taken';
    IF FOUND THEN
        PERFORM notify_replicas(array_agg(DISTINCT s.replica))
        FROM sentences s WHERE s.conversation = ANY (removed) AND s.state = 'taken';
    END IF;
    UPDATE queue q SET waiting = q.waiting - n.waiting
    FROM (SELECT sum(c.waiting) AS waiting FROM conversations c WHERE c.id = ANY (removed)) n WHERE n.waiting > 0;
    DELETE FROM sentences s WHERE s.conversation = ANY (removed);
    DELETE FROM conversations c WHERE c.id = ANY (removed);
END
$$;

-- The streams of these conversations have ended: without a key they are removed, with one their clients are away. The
-- numbers say how far their sentences went, and which answers they have got.
CREATE FUNCTION close(
    of_replica bigint, conversations uuid[], epochs bigint[], numbered bigint[], got bigint[]
) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM FROM queue FOR UPDATE;
    UPDATE conversations c SET
        replica = NULL, left_at = clock_timestamp(), numbered = greatest(c.numbered, d.numbered), sent = d.got
    FROM unnest(conversations, epochs, close.numbered, got) AS d (conversation, epoch, numbered, got)
    WHERE c.id = d.conversation AND c.epoch = d.epoch AND c.replica = of_replica AND c.key IS NOT NULL;
    PERFORM remove(array_agg(c.id)) FROM conversations c
    WHERE c.id = ANY (conversations) AND c.key IS NULL AND c.replica = of_replica HAVING count(*) > 0;
END
$$;
