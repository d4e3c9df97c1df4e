import { ownedRoomsMax } from '@tertulia/protocol/limits'
import { ownEventsKept, ownLogName } from '@tertulia/protocol/own-log'

/** What commands look up, and with which rights; what they write; what they answer. */
export const found = `
CREATE OR REPLACE FUNCTION iso(ms bigint) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT to_char(timestamp 'epoch' + ms * interval '1 millisecond', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
$$;

CREATE OR REPLACE FUNCTION texts(list jsonb) RETURNS text[] LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN (SELECT array(SELECT jsonb_array_elements_text(list)));
END $$;

CREATE OR REPLACE FUNCTION bytes(hex jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE AS $$
  SELECT decode(hex #>> '{}', 'hex')
$$;

CREATE OR REPLACE FUNCTION refuse(code text) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('refused', json_build_object('code', code))
$$;

CREATE OR REPLACE FUNCTION refuse(code text, member text, value json) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('refused', json_build_object('code', code, member, value))
$$;

CREATE OR REPLACE FUNCTION acts_as(r found_room) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN r.admin AND r.visibility = 'public' THEN 'owner' ELSE r.role END
$$;

CREATE OR REPLACE FUNCTION reaches(role text, needed text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(role = 'owner' OR role = needed, false)
$$;

CREATE OR REPLACE FUNCTION is_ordinary(role text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(role NOT IN ('owner', 'moderator'), true)
$$;

CREATE OR REPLACE FUNCTION is_visible(visibility text, role text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(visibility = 'public' OR role <> 'banned', false)
$$;

/** The room of the first of these keys that is one's, whoever asks. */
CREATE OR REPLACE FUNCTION find_room(keys text[], who bigint) RETURNS found_room LANGUAGE plpgsql AS $$
DECLARE r found_room; one text;
BEGIN
  FOREACH one IN ARRAY keys LOOP
    SELECT room.log, room.name, room.title, room.visibility, room.archived, room.retain_days, room.rev, room.created_at, m.role, a.admin INTO r
      FROM room LEFT JOIN users a ON a.id = who LEFT JOIN member m ON m.log = room.log AND m.user_id = a.id
     WHERE room.name_key = one;
    IF FOUND THEN RETURN r; END IF;
  END LOOP;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION find_room_by_log(number bigint, who bigint) RETURNS found_room LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT (room.log, room.name, room.title, room.visibility, room.archived, room.retain_days, room.rev, room.created_at, m.role, a.admin)::found_room
      FROM room LEFT JOIN users a ON a.id = who LEFT JOIN member m ON m.log = room.log AND m.user_id = a.id
     WHERE room.log = number);
END $$;

/** Why whoever asks may not read; null: they may. */
CREATE OR REPLACE FUNCTION read_refusal(r found_room, spelled text) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  IF r.log IS NULL OR NOT is_visible(r.visibility, r.role) THEN RETURN refuse('room-not-found'); END IF;
  IF r.name <> spelled THEN RETURN refuse('other-spelling', 'name', to_json(r.name)); END IF;
  IF acts_as(r) = 'banned' THEN RETURN refuse('banned'); END IF;
  RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION write_refusal(r found_room, spelled text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE refused json := read_refusal(r, spelled);
BEGIN
  IF refused IS NULL AND r.archived THEN RETURN refuse('room-archived'); END IF;
  RETURN refused;
END $$;

CREATE OR REPLACE FUNCTION find_user(keys text[]) RETURNS users LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT u FROM unnest(keys) WITH ORDINALITY k(one, n) JOIN users u ON u.name_key = k.one AND u.left_at IS NULL
     ORDER BY k.n LIMIT 1);
END $$;

CREATE OR REPLACE FUNCTION find_bot(keys text[], whose bigint) RETURNS users LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT u FROM unnest(keys) WITH ORDINALITY k(one, n)
      JOIN users u ON u.name_key = k.one AND u.owner = whose AND u.left_at IS NULL
     ORDER BY k.n LIMIT 1);
END $$;

CREATE OR REPLACE FUNCTION user_by_id(number bigint) RETURNS users LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT u FROM users u WHERE u.id = number);
END $$;

CREATE OR REPLACE FUNCTION role_of(number bigint, who bigint) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT role FROM member WHERE log = number AND user_id = who);
END $$;

/** Whether somebody has neither left for ever nor been disabled: what they asked for may have waited behind that. */
CREATE OR REPLACE FUNCTION may_act(who bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT NOT EXISTS (SELECT 1 FROM users WHERE id = who AND (left_at IS NOT NULL OR disabled_at IS NOT NULL)));
END $$;

CREATE OR REPLACE FUNCTION is_still_token(hex jsonb) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT EXISTS (SELECT 1 FROM token WHERE digest = bytes(hex)));
END $$;

CREATE OR REPLACE FUNCTION owns_as_many_as_one_may(who bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT EXISTS (SELECT 1 FROM member WHERE user_id = who AND role = 'owner' OFFSET ${ownedRoomsMax} - 1));
END $$;

CREATE OR REPLACE FUNCTION is_only_owner(number bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT count(*) = 1 FROM (SELECT 1 FROM member WHERE log = number AND role = 'owner' LIMIT 2) few);
END $$;

CREATE OR REPLACE FUNCTION user_json(u users) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('id', u.id, 'name', u.name, 'key', u.name_key, 'kind', u.kind, 'createdAt', iso(u.created_at),
    'admin', u.admin, 'disabled', u.disabled_at IS NOT NULL)
$$;

CREATE OR REPLACE FUNCTION author_json(who bigint) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT json_build_object('name', name, 'kind', kind) FROM users WHERE id = who);
END $$;

CREATE OR REPLACE FUNCTION member_json(who bigint, role text) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT json_build_object('name', name, 'kind', kind, 'role', role) FROM users WHERE id = who);
END $$;

CREATE OR REPLACE FUNCTION room_json(r found_room) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('name', r.name, 'title', r.title, 'visibility', r.visibility, 'archived', r.archived,
    'retainDays', r.retain_days, 'createdAt', iso(r.created_at), 'rev', r.rev)
$$;

CREATE OR REPLACE FUNCTION settings_json(r found_room) RETURNS json LANGUAGE sql STABLE AS $$
  SELECT json_build_object('settings',
    json_build_object('title', r.title, 'visibility', r.visibility, 'archived', r.archived, 'retainDays', r.retain_days))
$$;

CREATE OR REPLACE FUNCTION message_json(room text, m message) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT json_build_object('id', m.id, 'room', room, 'author', author_json(m.author), 'text', m.body, 'createdAt', iso(m.created_at),
      'editedAt', iso(m.edited_at), 'deletedAt', iso(m.deleted_at), 'rev', m.rev));
END $$;

CREATE OR REPLACE FUNCTION message_event(room text, type text, actor bigint, seq bigint, at bigint, message json)
RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT json_build_object('seq', seq, 'type', type, 'room', room, 'at', iso(at), 'actor', name, 'message', message)
      FROM users WHERE id = actor);
END $$;

/** Give the next number of a log to an event about its room, a member or its user. */
CREATE OR REPLACE FUNCTION append(number bigint, room text, type text, actor bigint, at bigint, detail json)
RETURNS json LANGUAGE plpgsql AS $$
DECLARE next bigint; who text;
BEGIN
  UPDATE log SET head = head + 1 WHERE id = number RETURNING head INTO next;
  INSERT INTO event (log, seq, type, actor, at, detail) VALUES (number, next, append.type, append.actor, append.at, append.detail::text);
  SELECT name INTO who FROM users WHERE id = append.actor;
  RETURN rtrim(json_build_object('seq', next, 'type', type, 'room', room, 'at', iso(at), 'actor', who)::text, '}') || ','
    || ltrim(detail::text, '{');
END $$;

/**
 * Add an event to the log of a user, who alone reads it. The oldest that it keeps goes, so that it does not grow for ever. What was told
 * is gathered in a setting of this transaction, for the answer.
 */
CREATE OR REPLACE FUNCTION tell(who bigint, type text, actor bigint, at bigint, detail json)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE number bigint; event json; first_kept bigint; before text;
BEGIN
  SELECT log INTO number FROM users WHERE id = who;
  IF number IS NULL THEN RETURN; END IF;
  event := append(number, '${ownLogName}', type, actor, at, detail);
  first_kept := (event->>'seq')::bigint - ${ownEventsKept} + 1;
  IF first_kept > 1 THEN
    DELETE FROM event WHERE log = number AND seq < first_kept;
    UPDATE log SET first_seq = first_kept WHERE id = number;
  END IF;
  before := current_setting('tertulia.told', true);
  PERFORM set_config('tertulia.told',
    CASE WHEN coalesce(before, '') = '' THEN '' ELSE before || ',' END || json_build_array(number, event)::text, true);
END $$;

/** What one command told users, by their logs, in its order; null: nothing. */
CREATE OR REPLACE FUNCTION take_told() RETURNS json LANGUAGE plpgsql AS $$
DECLARE told text := current_setting('tertulia.told', true); taken json;
BEGIN
  IF coalesce(told, '') = '' THEN RETURN NULL; END IF;
  PERFORM set_config('tertulia.told', '', true);
  SELECT json_agg(json_build_object('log', log, 'events', events) ORDER BY first) INTO taken FROM (
    SELECT (one->>0)::bigint AS log, json_agg(one->1 ORDER BY n) AS events, min(n) AS first
      FROM json_array_elements(('[' || told || ']')::json) WITH ORDINALITY t(one, n) GROUP BY 1) by_log;
  RETURN taken;
END $$;
`
