import { idempotencyKeyMs } from '@tertulia/protocol/limits'

/** One message at a time, with all the rules; see `commit.ts` for the many that need none of them. */
export const messages = `
CREATE OR REPLACE FUNCTION do_send(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  actor bigint := (c->>'actor')::bigint;
  at_ms bigint := (c->>'atMs')::bigint;
  r found_room := find_room(texts(c->'roomKeys'), actor);
  before sent; m message; joined json; shown json; event json; refused json; number bigint;
BEGIN
  IF c ? 'onceKey' AND r.log IS NOT NULL AND is_visible(r.visibility, r.role) THEN
    SELECT * INTO before FROM sent WHERE log = r.log AND user_id = actor AND key = c->>'onceKey';
    IF FOUND AND at_ms - before.at < ${idempotencyKeyMs} THEN
      IF before.fingerprint <> bytes(c->'fingerprint') THEN RETURN refuse('key-reused'); END IF;
      SELECT * INTO m FROM message WHERE log = r.log AND id = before.message;
      -- There is none where the clock has gone back over a sweep: what it made is gone, and so is the key in a moment.
      IF FOUND THEN
        RETURN json_build_object('log', r.log, 'events', '[]'::json, 'message', message_json(r.name, m), 'replayed', true);
      END IF;
    END IF;
  END IF;
  refused := write_refusal(r, c->>'room');
  IF refused IS NOT NULL THEN RETURN refused; END IF;
  IF r.role IS NULL OR r.role = 'banned' THEN joined := let_in(r, actor, 'member', actor, at_ms); END IF;
  UPDATE log SET head = head + 1 WHERE id = r.log RETURNING head INTO number;
  INSERT INTO message (log, id, author, rev, created_at, body, words)
    VALUES (r.log, number, actor, number, at_ms, c->>'text', array_to_tsvector(string_to_array(c->>'words', ' ')))
    RETURNING * INTO m;
  UPDATE member SET read_up_to = number WHERE log = r.log AND user_id = actor AND read_up_to < number;
  IF c ? 'onceKey' THEN
    INSERT INTO sent (log, user_id, key, fingerprint, message, at)
      VALUES (r.log, actor, c->>'onceKey', bytes(c->'fingerprint'), number, at_ms)
      ON CONFLICT (log, user_id, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, message = excluded.message, at = excluded.at;
  END IF;
  shown := message_json(r.name, m);
  event := message_event(r.name, 'message.created', actor, number, at_ms, shown);
  RETURN json_build_object('log', r.log, 'events',
    CASE WHEN joined IS NULL THEN json_build_array(event) ELSE json_build_array(joined, event) END, 'message', shown, 'replayed', false);
END $$;

/** Why somebody may not change a message; null: it exists, is theirs or their role is enough, and is at the version that they know. */
CREATE OR REPLACE FUNCTION change_refusal(c jsonb, r found_room, m message, others_too boolean) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  IF m.id IS NULL THEN
    IF EXISTS (SELECT 1 FROM log WHERE id = r.log AND (c->>'id')::bigint >= 1 AND (c->>'id')::bigint < first_seq) THEN
      RETURN refuse('message-expired', 'retainDays', coalesce(to_json(r.retain_days), 'null'));
    END IF;
    RETURN refuse('message-not-found');
  END IF;
  IF m.author <> (c->>'actor')::bigint AND NOT others_too THEN
    RETURN refuse('not-author', 'author', author_json(m.author));
  END IF;
  IF m.deleted_at IS NOT NULL THEN RETURN refuse('message-deleted', 'deletedAt', to_json(iso(m.deleted_at))); END IF;
  IF is_stale(m.rev, c) THEN RETURN refuse('stale', 'current', message_json(r.name, m)); END IF;
  RETURN NULL;
END $$;

/** Whether a change is meant for another version than the present one. Without a condition it never is. */
CREATE OR REPLACE FUNCTION is_stale(rev bigint, c jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT c ? 'ifRevs' AND NOT c->'ifRevs' @> to_jsonb(rev)
$$;

/** What an edit or a delete leaves behind: the event, and the message as it is now. */
CREATE OR REPLACE FUNCTION changed(c jsonb, r found_room, m message, type text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE shown json := message_json(r.name, m); actor bigint := (c->>'actor')::bigint; at_ms bigint := (c->>'atMs')::bigint;
BEGIN
  INSERT INTO event (log, seq, type, actor, at, target) VALUES (r.log, m.rev, changed.type, (c->>'actor')::bigint, at_ms, m.id);
  RETURN json_build_object('log', r.log, 'events', json_build_array(message_event(r.name, type, actor, m.rev, at_ms, shown)),
    'message', shown);
END $$;

CREATE OR REPLACE FUNCTION do_edit(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE r found_room := find_room(texts(c->'roomKeys'), (c->>'actor')::bigint); m message; refused json; number bigint;
BEGIN
  refused := write_refusal(r, c->>'room');
  IF refused IS NOT NULL THEN RETURN refused; END IF;
  SELECT * INTO m FROM message WHERE log = r.log AND id = (c->>'id')::bigint;
  refused := change_refusal(c, r, m, false);
  IF refused IS NOT NULL THEN RETURN refused; END IF;
  IF m.body = c->>'text' THEN
    RETURN json_build_object('log', r.log, 'events', '[]'::json, 'message', message_json(r.name, m));
  END IF;
  UPDATE log SET head = head + 1 WHERE id = r.log RETURNING head INTO number;
  UPDATE message SET rev = number, edited_at = (c->>'atMs')::bigint, body = c->>'text', text_n = DEFAULT,
         words = array_to_tsvector(string_to_array(c->>'words', ' '))
   WHERE log = r.log AND id = m.id RETURNING * INTO m;
  RETURN changed(c, r, m, 'message.edited');
END $$;

/** Erase a message's text; who moderates the room may erase any. The message stays as a tombstone. */
CREATE OR REPLACE FUNCTION do_delete(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE r found_room := find_room(texts(c->'roomKeys'), (c->>'actor')::bigint); m message; refused json; number bigint;
BEGIN
  refused := write_refusal(r, c->>'room');
  IF refused IS NOT NULL THEN RETURN refused; END IF;
  SELECT * INTO m FROM message WHERE log = r.log AND id = (c->>'id')::bigint;
  refused := change_refusal(c, r, m, reaches(acts_as(r), 'moderator'));
  IF refused IS NOT NULL THEN RETURN refused; END IF;
  UPDATE log SET head = head + 1 WHERE id = r.log RETURNING head INTO number;
  UPDATE message SET rev = number, deleted_at = (c->>'atMs')::bigint, body = NULL, words = NULL
   WHERE log = r.log AND id = m.id RETURNING * INTO m;
  RETURN changed(c, r, m, 'message.deleted');
END $$;

/** How far a member has read, also in an archived room. Nobody else is told: it is an event of their own log. */
CREATE OR REPLACE FUNCTION do_mark_read(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  actor bigint := (c->>'actor')::bigint;
  r found_room := find_room(texts(c->'roomKeys'), actor);
  refused json := read_refusal(r, c->>'room'); newest bigint; before bigint; upto bigint;
BEGIN
  IF refused IS NOT NULL THEN RETURN refused; END IF;
  IF r.role IS NULL THEN RETURN refuse('member-not-found'); END IF;
  SELECT head INTO newest FROM log WHERE id = r.log;
  SELECT read_up_to INTO before FROM member WHERE log = r.log AND user_id = actor;
  upto := greatest(before, least((c->>'upTo')::bigint, newest));
  IF upto > before THEN
    UPDATE member SET read_up_to = upto WHERE log = r.log AND user_id = actor;
    PERFORM tell(actor, 'marker.moved', actor, (c->>'atMs')::bigint,
      json_build_object('marker', json_build_object('room', r.name, 'readUpTo', upto)));
  END IF;
  RETURN json_build_object('log', r.log, 'head', newest, 'readUpTo', upto);
END $$;
`
