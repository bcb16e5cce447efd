-- The sweep as it was, but for the conversations whose clients stay away: a thousand of them at a time. However many
-- there are, nobody waits long for the queue.
CREATE OR REPLACE FUNCTION sweep(of_replica bigint, session_locks integer, ttl interval)
RETURNS TABLE (put_back bigint, gone bigint, forgotten bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    late    record;
    now     timestamptz := clock_timestamp();
    removed uuid[];
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
        SELECT array_agg(a.id) INTO removed
        FROM (SELECT c.id FROM conversations c WHERE c.left_at < now - ttl ORDER BY c.left_at LIMIT 1000) a;
        IF removed IS NOT NULL THEN
            forgotten := cardinality(removed);
            PERFORM remove(removed);
        END IF;
    END IF;
    RETURN NEXT;
END
$$;
