export const rooms = `
/** Note what somebody is in a room where they were nothing. All that is there counts as read, and so does the event that says so. */
CREATE OR REPLACE FUNCTION place(number bigint, who bigint, given text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO member (log, user_id, role, user_key, room_key, read_up_to)
    SELECT r.log, u.id, given, u.name_key, r.name_key, l.head + 1
      FROM room r JOIN log l ON l.id = r.log CROSS JOIN users u WHERE r.log = number AND u.id = who
    ON CONFLICT (log, user_id) DO UPDATE SET role = excluded.role, read_up_to = excluded.read_up_to;
END $$;

/** Make somebody a member, whose right to it was checked before. */
CREATE OR REPLACE FUNCTION let_in(r found_room, who bigint, given text, actor bigint, at bigint) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  PERFORM place(r.log, who, given);
  PERFORM tell(who, 'membership.joined', actor, at, json_build_object('membership', json_build_object('room', r.name, 'role', given)));
  RETURN append(r.log, r.name, 'member.joined', actor, at, json_build_object('member', member_json(who, given)));
END $$;

/** End what somebody is in a room; they may be banned from it. Outsiders of a private room are not told that there was a ban to lift. */
CREATE OR REPLACE FUNCTION let_go(r found_room, who bigint, was text, actor bigint, at bigint) RETURNS json LANGUAGE plpgsql AS $$
DECLARE reason text := CASE WHEN who = actor AND was <> 'banned' THEN 'left' ELSE 'removed' END;
BEGIN
  DELETE FROM member WHERE log = r.log AND user_id = who;
  IF is_visible(r.visibility, was) THEN
    PERFORM tell(who, 'membership.left', actor, at,
      json_build_object('membership', json_build_object('room', r.name, 'role', was), 'reason', reason));
  END IF;
  RETURN append(r.log, r.name, 'member.left', actor, at, json_build_object('member', member_json(who, was), 'reason', reason));
END $$;

CREATE OR REPLACE FUNCTION do_create_room(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  actor bigint := (c->>'actor')::bigint; at_ms bigint := (c->>'atMs')::bigint; own_key text := c->'nameKeys'->>-1;
  number bigint; r found_room; created json; joined json;
BEGIN
  IF EXISTS (SELECT 1 FROM room WHERE name_key = own_key) THEN RETURN refuse('name-taken'); END IF;
  IF owns_as_many_as_one_may(actor) THEN RETURN refuse('too-many-rooms'); END IF;
  INSERT INTO log (kind, head, first_seq) VALUES ('room', 0, 1) RETURNING id INTO number;
  INSERT INTO room (log, name, name_key, title, visibility, archived, rev, created_at)
    VALUES (number, c->>'name', own_key, c->>'title', c->>'visibility', false, 1, at_ms);
  r := find_room_by_log(number, actor);
  created := append(number, r.name, 'room.created', actor, at_ms, settings_json(r));
  joined := let_in(r, actor, 'owner', actor, at_ms);
  RETURN json_build_object('log', number, 'events', json_build_array(created, joined), 'room', room_json(r));
END $$;

/** Change what an owner may change of a room; an archived one is opened again in this way. */
CREATE OR REPLACE FUNCTION do_change_room(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  who bigint := (c->>'actor')::bigint; r found_room := find_room(texts(c->'roomKeys'), who);
  refused json := read_refusal(r, c->>'room'); changes jsonb := c->'changes'; event json;
  changed found_room := r;
BEGIN
  IF refused IS NOT NULL THEN RETURN refused; END IF;
  IF NOT reaches(acts_as(r), 'owner') THEN RETURN refuse('not-allowed', 'role', '"owner"'); END IF;
  IF is_stale(r.rev, c) THEN RETURN refuse('stale', 'current', room_json(r)); END IF;
  changed.title := coalesce(changes->>'title', r.title);
  changed.visibility := coalesce(changes->>'visibility', r.visibility);
  changed.archived := coalesce((changes->>'archived')::boolean, r.archived);
  IF changes ? 'retainDays' THEN changed.retain_days := (changes->>'retainDays')::integer; END IF;
  IF changed IS NOT DISTINCT FROM r THEN
    RETURN json_build_object('log', r.log, 'events', '[]'::json, 'room', room_json(r));
  END IF;
  event := append(r.log, r.name, 'room.updated', who, (c->>'atMs')::bigint, settings_json(changed));
  UPDATE room SET title = changed.title, visibility = changed.visibility, archived = changed.archived, retain_days = changed.retain_days,
         rev = (event->>'seq')::bigint
   WHERE log = r.log;
  RETURN json_build_object('log', r.log, 'events', json_build_array(event), 'room', room_json(find_room_by_log(r.log, who)));
END $$;

/** Every user who may read a public room may join it; owners and moderators add others, but whoever is banned only by lifting the ban. */
CREATE OR REPLACE FUNCTION do_join(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  actor bigint := (c->>'actor')::bigint; r found_room := find_room(texts(c->'roomKeys'), actor);
  refused json := write_refusal(r, c->>'room'); u users; present text;
BEGIN
  IF refused IS NOT NULL THEN RETURN refused; END IF;
  u := find_user(texts(c->'memberKeys'));
  IF u.id IS DISTINCT FROM actor AND NOT reaches(acts_as(r), 'moderator') THEN
    RETURN refuse('not-allowed', 'role', '"moderator"');
  END IF;
  IF u.id IS NULL THEN RETURN refuse('user-not-found'); END IF;
  present := role_of(r.log, u.id);
  IF present = 'banned' AND u.id <> actor THEN RETURN refuse('banned', 'user', to_json(u.name)); END IF;
  IF present <> 'banned' THEN
    RETURN json_build_object('log', r.log, 'events', '[]'::json, 'member', member_json(u.id, present));
  END IF;
  RETURN json_build_object('log', r.log, 'events', json_build_array(let_in(r, u.id, 'member', actor, (c->>'atMs')::bigint)),
    'member', member_json(u.id, 'member'));
END $$;

/**
 * Everybody but the last owner may leave, an archived room too. Owners remove anybody else and moderators ordinary members; of whoever
 * is banned they lift the ban.
 */
CREATE OR REPLACE FUNCTION do_leave(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  actor bigint := (c->>'actor')::bigint; r found_room := find_room(texts(c->'roomKeys'), actor);
  refused json := read_refusal(r, c->>'room'); u users; present text; needed text;
BEGIN
  IF refused IS NOT NULL THEN RETURN refused; END IF;
  u := find_user(texts(c->'memberKeys'));
  present := role_of(r.log, u.id);
  needed := CASE WHEN is_ordinary(present) THEN 'moderator' ELSE 'owner' END;
  IF u.id IS DISTINCT FROM actor AND NOT reaches(acts_as(r), needed) THEN
    RETURN refuse('not-allowed', 'role', to_json(needed));
  END IF;
  IF u.id IS NULL OR present IS NULL THEN RETURN refuse('member-not-found'); END IF;
  IF present = 'owner' AND is_only_owner(r.log) THEN RETURN refuse('last-owner'); END IF;
  RETURN json_build_object('log', r.log, 'events',
    json_build_array(let_go(r, u.id, present, actor, (c->>'atMs')::bigint)));
END $$;

/**
 * Give somebody a role. Owners give any role to anybody. Moderators let others in, ban them and lift bans, but have no power over
 * owners and other moderators. Whoever makes themselves a member joins. Nobody bans themselves, or an admin where that one acts as an owner:
 * such a ban would keep nobody out.
 */
CREATE OR REPLACE FUNCTION do_set_role(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  actor bigint := (c->>'actor')::bigint; at_ms bigint := (c->>'atMs')::bigint; given text := c->>'role';
  r found_room := find_room(texts(c->'roomKeys'), actor); refused json := read_refusal(r, c->>'room');
  u users; before text; comes_in boolean; needed text; member json; detail json; event json; is_new boolean := false;
BEGIN
  IF refused IS NOT NULL THEN RETURN refused; END IF;
  u := find_user(texts(c->'memberKeys'));
  before := role_of(r.log, u.id);
  comes_in := coalesce(before = 'banned', true) AND given <> 'banned';
  IF comes_in AND r.archived THEN RETURN refuse('room-archived'); END IF;
  needed := CASE WHEN is_ordinary(before) AND is_ordinary(given) THEN 'moderator' ELSE 'owner' END;
  IF NOT (u.id IS NOT DISTINCT FROM actor AND given = 'member' AND coalesce(before = 'member', true))
     AND NOT reaches(acts_as(r), needed) THEN
    RETURN refuse('not-allowed', 'role', to_json(needed));
  END IF;
  IF u.id IS NULL THEN RETURN refuse('user-not-found'); END IF;
  IF given = 'banned' THEN
    IF u.id = actor THEN RETURN refuse('bans-self'); END IF;
    IF u.admin AND r.visibility = 'public' THEN RETURN refuse('bans-admin', 'user', to_json(u.name)); END IF;
  END IF;
  member := member_json(u.id, given);
  IF before = given THEN
    RETURN json_build_object('log', r.log, 'events', '[]'::json, 'member', member, 'isNew', false);
  END IF;
  IF before = 'owner' AND is_only_owner(r.log) THEN RETURN refuse('last-owner'); END IF;
  IF given = 'owner' AND owns_as_many_as_one_may(u.id) THEN RETURN refuse('too-many-rooms'); END IF;
  IF comes_in THEN
    event := let_in(r, u.id, given, actor, at_ms);
    is_new := true;
  ELSE
    IF before IS NULL THEN PERFORM place(r.log, u.id, given);
    ELSE UPDATE member m SET role = given WHERE m.log = r.log AND m.user_id = u.id;
    END IF;
    detail := json_build_object('room', r.name, 'role', given);
    -- Whom a private room bans without having been a member does not learn that it is there.
    IF is_visible(r.visibility, before) THEN
      IF given = 'banned' THEN
        PERFORM tell(u.id, 'membership.left', actor, at_ms, json_build_object('membership', detail, 'reason', 'banned'));
      ELSE
        PERFORM tell(u.id, 'membership.updated', actor, at_ms, json_build_object('membership', detail));
      END IF;
    END IF;
    event := CASE WHEN given = 'banned'
      THEN append(r.log, r.name, 'member.left', actor, at_ms, json_build_object('member', member, 'reason', 'banned'))
      ELSE append(r.log, r.name, 'member.updated', actor, at_ms, json_build_object('member', member)) END;
  END IF;
  RETURN json_build_object('log', r.log, 'events', json_build_array(event), 'member', member, 'isNew', is_new);
END $$;
`
