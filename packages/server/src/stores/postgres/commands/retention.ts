import { clockHolds } from '../../clock-hold.ts'
import { sweptLotMax } from '../../lots.ts'

const dayMs = 24 * 60 * 60 * 1000
const { movesMaxMs, jumpsMaxMs, jumpedMs, leaptMs } = clockHolds

export const retention = `
/** See \`clockHold\`. */
CREATE OR REPLACE FUNCTION clock_hold(moved_ms bigint) RETURNS bigint LANGUAGE sql IMMUTABLE STRICT AS $$
  SELECT CASE WHEN abs(moved_ms) <= ${movesMaxMs} THEN 0 WHEN abs(moved_ms) <= ${jumpsMaxMs} THEN ${jumpedMs} ELSE ${leaptMs} END
$$;

/** A clock that has jumped is not believed at once, also not after a restart. */
CREATE OR REPLACE FUNCTION do_note_clock(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE at_ms bigint := (c->>'atMs')::bigint; noted meta; moved_ms bigint; hold_ms bigint; until bigint;
BEGIN
  SELECT * INTO noted FROM meta;
  moved_ms := at_ms - noted.clock_at;
  hold_ms := coalesce(clock_hold(moved_ms), 0);
  -- Whoever switches the server off to see to a clock that is ahead does not make the wait shorter; to put it right ends that wait.
  until := CASE WHEN hold_ms > 0 THEN greatest(at_ms + hold_ms, CASE WHEN moved_ms > 0 THEN noted.keeps_until END)
    ELSE noted.keeps_until END;
  IF until <= at_ms THEN until := NULL; END IF;
  UPDATE meta SET clock_at = at_ms, keeps_until = until;
  RETURN json_build_object('movedMs', moved_ms, 'keepsUntilMs', until);
END $$;

/**
 * Let go of the oldest events of a room that keeps them for some days only: up to the first one that is young enough. With its messages
 * go their texts and the keys that they were sent with. Members and settings are no events, and stay. Later events about a message that
 * goes show what is left of it themselves.
 */
CREATE OR REPLACE FUNCTION do_sweep(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  at_ms bigint := (c->>'atMs')::bigint; r room; oldest bigint; seqs bigint[]; times bigint[]; newest bigint; is_more boolean; which json;
BEGIN
  SELECT * INTO r FROM room WHERE retain_days IS NOT NULL AND log > (c->>'after')::bigint ORDER BY log LIMIT 1;
  IF NOT FOUND THEN RETURN json_build_object('room', NULL, 'swept', 0, 'isMore', false); END IF;
  which := json_build_object('log', r.log, 'name', r.name);
  SELECT first_seq INTO oldest FROM log WHERE id = r.log;
  WITH beginning AS (
    SELECT * FROM (
      (SELECT m.id AS seq, m.created_at AS at FROM message m WHERE m.log = r.log AND m.id >= oldest ORDER BY m.id LIMIT ${sweptLotMax + 1})
      UNION ALL
      (SELECT e.seq, e.at FROM event e WHERE e.log = r.log AND e.seq >= oldest ORDER BY e.seq LIMIT ${sweptLotMax + 1})
    ) both_kinds ORDER BY seq LIMIT ${sweptLotMax + 1}
  ), judged AS (
    SELECT b.seq, b.at, bool_or(b.at >= at_ms - r.retain_days * ${dayMs}::bigint) OVER (ORDER BY b.seq) AS stays FROM beginning b
  )
  SELECT array_agg(j.seq ORDER BY j.seq), array_agg(j.at ORDER BY j.seq) INTO seqs, times FROM judged j WHERE NOT j.stays;
  IF seqs IS NULL THEN RETURN json_build_object('room', which, 'swept', 0, 'isMore', false); END IF;
  is_more := cardinality(seqs) > ${sweptLotMax};
  seqs := seqs[1:${sweptLotMax}];
  times := times[1:${sweptLotMax}];
  newest := seqs[cardinality(seqs)];
  UPDATE event e SET target = NULL, detail = json_build_object('message', json_build_object('id', m.id, 'room', r.name,
         'author', author_json(m.author), 'text', NULL, 'createdAt', iso(m.created_at), 'editedAt', iso(m.edited_at),
         'deletedAt', iso(coalesce(m.deleted_at, at_ms)), 'rev', m.rev))::text
    FROM message m
   WHERE m.log = r.log AND m.id BETWEEN oldest AND newest AND m.rev > newest AND e.log = r.log AND e.target = m.id AND e.seq > newest;
  DELETE FROM message WHERE log = r.log AND id <= newest;
  DELETE FROM event WHERE log = r.log AND seq <= newest;
  UPDATE log SET first_seq = newest + 1 WHERE id = r.log;
  -- A key has the time of its message; the other index would look through all of the room.
  DELETE FROM sent s WHERE s.at BETWEEN (SELECT min(t) FROM unnest(times) t) AND (SELECT max(t) FROM unnest(times) t)
    AND s.log + 0 = r.log AND s.message <= newest;
  RETURN json_build_object('room', which, 'swept', cardinality(seqs), 'isMore', is_more);
END $$;
`
