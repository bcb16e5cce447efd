-- Admits the pushed sentences of one program's streams, in the order of the arrays, as long as there is room.
--
-- A push without a sentence only moves the conversation's numbers on. A push that is tried again, because the reply to
-- it was lost, has the outcome that it had: its number is known, and its sentence is there or isn't.
CREATE FUNCTION admit(
    of_replica bigint, capacity bigint,
    conversations uuid[], epochs bigint[], numbers bigint[], texts bytea[]
) RETURNS TABLE (place bigint, outcome text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    room     bigint;
    last     bigint;
    admitted bigint;
BEGIN
    SELECT admit.capacity - q.waiting, q.back INTO room, last FROM queue q FOR UPDATE;
    RETURN QUERY
    WITH pushed AS (
        SELECT p.* FROM unnest(conversations, epochs, numbers, texts)
            WITH ORDINALITY AS p (conversation, epoch, number, sentence, place)
    ), judged AS (
        SELECT p.*, c.id IS NOT NULL AS owned, c.id IS NOT NULL AND p.number > c.numbered AS new,
            c.id IS NOT NULL AND p.number <= c.numbered AND EXISTS (
                SELECT FROM sentences s WHERE s.conversation = p.conversation AND s.number = p.number
            ) AS known
        FROM pushed p LEFT JOIN conversations c
            ON c.id = p.conversation AND c.epoch = p.epoch AND c.replica = of_replica
    ), ranked AS (
        SELECT j.*, j.new AND j.sentence IS NOT NULL
            AND count(*) FILTER (WHERE j.new AND j.sentence IS NOT NULL) OVER (ORDER BY j.place) <= room AS admitted
        FROM judged j
    ), kept AS (
        INSERT INTO sentences (conversation, number, sentence)
        SELECT r.conversation, r.number, r.sentence FROM ranked r WHERE r.admitted
    ), moved AS (
        UPDATE conversations c SET
            numbered = m.numbered,
            waiting = c.waiting + m.admitted,
            turn = CASE WHEN m.admitted > 0 THEN coalesce(c.turn, last + m.first) ELSE c.turn END
        FROM (
            SELECT r.conversation, max(r.number) AS numbered, count(*) FILTER (WHERE r.admitted) AS admitted,
                min(r.place) FILTER (WHERE r.admitted) AS first
            FROM ranked r WHERE r.new GROUP BY r.conversation
        ) m WHERE c.id = m.conversation
    ), counted AS (
        UPDATE queue q SET waiting = q.waiting + r.admitted, back = q.back + r.all
        FROM (SELECT count(*) AS all, count(*) FILTER (WHERE ranked.admitted) AS admitted FROM ranked) r
        WHERE r.admitted > 0
    )
    SELECT r.place, CASE
        WHEN NOT r.owned THEN 'lost' WHEN r.admitted OR r.known THEN 'enqueued' ELSE 'full'
    END FROM ranked r ORDER BY r.place;
    -- Other programs may have idle workers. The sender's own are told by itself.
    IF EXISTS (SELECT FROM queue q WHERE q.waiting > 0) AND EXISTS (SELECT FROM replicas r WHERE r.id <> of_replica) THEN
        PERFORM notify_work(of_replica);
    END IF;
END
$$;
