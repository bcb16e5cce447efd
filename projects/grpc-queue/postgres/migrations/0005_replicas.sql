-- What programs do: come, give signs of life, read their mail, look after those that don't, go.

CREATE FUNCTION register(with_name text, with_lease interval) RETURNS bigint
LANGUAGE sql AS $$
    INSERT INTO replicas (name, lease, alive_until) VALUES (with_name, with_lease, clock_timestamp() + with_lease)
    RETURNING id
$$;

-- A sign of life. How many sentences wait, or nothing where the program was declared gone.
CREATE FUNCTION beat(of_replica bigint) RETURNS bigint
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    UPDATE replicas r SET alive_until = clock_timestamp() + r.lease WHERE r.id = of_replica;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT q.waiting FROM queue q);
END
$$;

-- Tells programs that there is something to take, except the one that knows it already.
CREATE FUNCTION notify_work(known_to bigint) RETURNS void
LANGUAGE sql AS $$
    SELECT pg_notify('grpc_queue_work', known_to::text)
$$;

-- Tells programs that there is mail for them: each listens to a channel of its own.
CREATE FUNCTION notify_replicas(told bigint[]) RETURNS void
LANGUAGE sql AS $$
    SELECT pg_notify('grpc_queue_mail_' || t, '') FROM unnest(told) t
$$;

-- A program's mail. What it has read before goes: a letter is read until its reader has said so.
CREATE FUNCTION read_mail(of_replica bigint, read_before bigint[])
RETURNS TABLE (id bigint, kind text, conversation uuid, number bigint, fence bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    IF cardinality(read_before) > 0 THEN
        DELETE FROM mail m WHERE m.id = ANY (read_before);
    END IF;
    RETURN QUERY SELECT m.id, m.kind::text, m.conversation, m.number, m.fence
        FROM mail m WHERE m.replica = of_replica ORDER BY m.id LIMIT 1000;
END
$$;

-- Takes a program out: what it has taken waits again, its conversations without a key are removed, those with one wait
-- for their clients. The caller has locked the queue.
CREATE FUNCTION take_out(gone bigint) RETURNS void
LANGUAGE plpgsql AS $$
#variable_conflict use_column
BEGIN
    PERFORM put_back(array_agg(s.conversation), array_agg(s.number), array_agg(s.fence))
    FROM sentences s WHERE s.replica = gone AND s.state = 'taken' HAVING count(*) > 0;
    UPDATE conversations c SET replica = NULL, left_at = clock_timestamp() WHERE c.replica = gone AND c.key IS NOT NULL;
    PERFORM remove(array_agg(c.id)) FROM conversations c WHERE c.replica = gone HAVING count(*) > 0;
    DELETE FROM mail m WHERE m.replica = gone;
    DELETE FROM replicas r WHERE r.id = gone;
END
$$;

-- A program says goodbye.
CREATE FUNCTION leave(of_replica bigint) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM queue FOR UPDATE;
    PERFORM take_out(of_replica);
END
$$;

-- Looks after what others have left undone.
--
-- A program without a sign of life for its lease loses what it has taken. It is declared gone when its session is gone
-- as well, whose lock it holds as long as it is connected: one that was only stopped for a while keeps its streams, for
-- five leases at most. Conversations whose clients have been away for too long are removed.
CREATE FUNCTION sweep(of_replica bigint, session_locks integer, ttl interval)
RETURNS TABLE (put_back bigint, gone bigint, forgotten bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    late record;
    now  timestamptz := clock_timestamp();
BEGIN
    put_back := 0; gone := 0; forgotten := 0;
    IF EXISTS (SELECT FROM replicas r WHERE r.alive_until < now AND r.id <> of_replica)
        OR EXISTS (SELECT FROM conversations c WHERE c.left_at < now - ttl)
    THEN
        PERFORM FROM queue FOR UPDATE;
        FOR late IN
            -- Who gave a sign of life while the lock was waited for isn't late.
            SELECT r.* FROM replicas r WHERE r.alive_until < now AND r.id <> of_replica FOR UPDATE
        LOOP
            INSERT INTO mail (replica, kind, conversation, number, fence)
            SELECT late.id, 'cancelled', s.conversation, s.number, s.fence
            FROM sentences s WHERE s.replica = late.id AND s.state = 'taken';
            put_back := put_back + (
                SELECT coalesce(put_back(array_agg(s.conversation), array_agg(s.number), array_agg(s.fence)), 0)
                FROM sentences s WHERE s.replica = late.id AND s.state = 'taken'
            );
            IF late.alive_until < now - 4 * late.lease
                OR pg_try_advisory_xact_lock(session_locks, (late.id % 2147483647)::integer)
            THEN
                PERFORM take_out(late.id);
                gone := gone + 1;
            END IF;
        END LOOP;
        WITH away AS (SELECT array_agg(c.id) AS ids FROM conversations c WHERE c.left_at < now - ttl)
        SELECT coalesce(cardinality(a.ids), 0) INTO forgotten FROM away a;
        PERFORM remove(array_agg(c.id)) FROM conversations c WHERE c.left_at < now - ttl HAVING count(*) > 0;
    END IF;
    RETURN NEXT;
END
$$;
