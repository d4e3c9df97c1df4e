import { invitesMax, roomInvitesMax } from '@tertulia/protocol/limits'

export const invites = `
CREATE OR REPLACE FUNCTION may_invite(who bigint, r found_room, given text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE own text;
BEGIN
  IF r.log IS NULL THEN RETURN EXISTS (SELECT 1 FROM users WHERE id = who AND admin); END IF;
  own := acts_as(r);
  RETURN coalesce(own = 'owner' OR (own = 'moderator' AND given = 'member'), false);
END $$;

/** An invite is worth what its maker may give at this moment: that of somebody who may not any more is as good as none. */
CREATE OR REPLACE FUNCTION find_invite(code bytea, at bigint) RETURNS found_invite LANGUAGE plpgsql AS $$
DECLARE i invite; m users; r found_room; f found_invite;
BEGIN
  SELECT * INTO i FROM invite WHERE digest = code;
  IF NOT FOUND THEN
    f.refused := 'invite-not-found';
    RETURN f;
  END IF;
  m := user_by_id(i.maker);
  IF i.log IS NOT NULL THEN r := find_room_by_log(i.log, coalesce(i.maker, 0)); END IF;
  f.refused := CASE
    WHEN i.maker IS NOT NULL AND (m.left_at IS NOT NULL OR m.disabled_at IS NOT NULL OR NOT may_invite(i.maker, r, i.role))
      THEN 'invite-not-found'
    WHEN i.used >= i.uses THEN 'invite-spent'
    WHEN i.expires_at <= at THEN 'invite-expired' END;
  f.id := i.id; f.maker := i.maker; f.invited_by := m.name; f.admin := i.admin; f.expires_at := i.expires_at;
  IF i.role IS NOT NULL THEN
    f.log := r.log; f.room := r.name; f.archived := r.archived; f.role := i.role;
  END IF;
  RETURN f;
END $$;

/** Where an invite leads. */
CREATE OR REPLACE FUNCTION invite_summary(code bytea, at bigint) RETURNS json LANGUAGE plpgsql AS $$
DECLARE f found_invite := find_invite(code, at);
BEGIN
  IF f.refused IS NOT NULL THEN RETURN refuse(f.refused); END IF;
  RETURN json_build_object('room', f.room, 'role', f.role, 'admin', f.admin, 'invitedBy', f.invited_by, 'expiresAt', iso(f.expires_at));
END $$;

CREATE OR REPLACE FUNCTION invite_json(i invite) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT json_build_object('id', i.id, 'room', (SELECT name FROM room WHERE log = i.log), 'role', i.role, 'admin', i.admin,
      'invitedBy', (SELECT name FROM users WHERE id = i.maker), 'expiresAt', iso(i.expires_at), 'uses', i.uses, 'used', i.used,
      'createdAt', iso(i.created_at)));
END $$;

/** The room whose invites somebody wants to see, or why they may not. */
CREATE OR REPLACE FUNCTION invites_place(keys text[], who bigint, OUT log bigint, OUT refused json) LANGUAGE plpgsql AS $$
DECLARE r found_room := find_room(keys, who); why json := read_refusal(r, r.name);
BEGIN
  IF why IS NULL AND NOT reaches(acts_as(r), 'moderator') THEN why := refuse('not-allowed', 'role', '"moderator"'); END IF;
  log := r.log;
  refused := why->'refused';
END $$;

/** Let somebody in who was not there, as the invite says. @returns the events of the room; null: it leads to none */
CREATE OR REPLACE FUNCTION redeem(f found_invite, who bigint, at bigint) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  UPDATE invite SET used = used + 1 WHERE id = f.id;
  IF f.log IS NULL THEN RETURN NULL; END IF;
  RETURN json_build_array(let_in(find_room_by_log(f.log, who), who, f.role, who, at));
END $$;

/** Invites that were used up or are too old stay known as such, until their maker has made some newer ones. */
CREATE OR REPLACE FUNCTION do_make_invite(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  by_whom bigint := (c->>'actor')::bigint; at_ms bigint := (c->>'atMs')::bigint; given text := c->>'role';
  r found_room; made invite; refused json;
BEGIN
  IF c->>'by' IS NOT NULL AND NOT is_still_token(c->'by') THEN RETURN refuse('unauthorized'); END IF;
  IF c->>'room' IS NOT NULL THEN
    r := find_room(texts(c->'roomKeys'), coalesce(by_whom, 0));
    IF r.log IS NOT NULL AND by_whom IS NULL THEN r.role := 'owner'; END IF; -- whoever runs the server sees every room
    refused := write_refusal(r, r.name);
    IF refused IS NOT NULL THEN RETURN refused; END IF;
  END IF;
  IF by_whom IS NOT NULL THEN
    IF NOT may_invite(by_whom, r, given) THEN
      IF r.log IS NULL THEN RETURN refuse('admins-only'); END IF;
      RETURN refuse('not-allowed', 'role', CASE WHEN reaches(acts_as(r), 'moderator') THEN '"owner"'::json ELSE '"moderator"'::json END);
    END IF;
    IF EXISTS (SELECT 1 FROM invite WHERE maker = by_whom AND used < uses AND expires_at > at_ms OFFSET ${invitesMax} - 1) THEN
      RETURN refuse('too-many-invites', 'most', '${invitesMax}');
    END IF;
  END IF;
  IF EXISTS (SELECT 1 FROM invite WHERE log = r.log AND used < uses AND expires_at > at_ms OFFSET ${roomInvitesMax} - 1) THEN
    RETURN refuse('too-many-invites', 'most', '${roomInvitesMax}');
  END IF;
  DELETE FROM invite WHERE id IN (SELECT id FROM invite
    WHERE (maker = by_whom OR (maker IS NULL AND by_whom IS NULL)) AND (used >= uses OR expires_at <= at_ms)
    ORDER BY id DESC OFFSET ${invitesMax} - 1);
  INSERT INTO invite (digest, maker, log, role, admin, uses, used, expires_at, created_at)
    VALUES (bytes(c->'codeDigest'), by_whom, r.log, given, (c->>'admin')::boolean, (c->>'uses')::integer, 0, (c->>'expiresAtMs')::bigint,
      at_ms)
    RETURNING * INTO made;
  RETURN json_build_object('invite', invite_json(made));
END $$;

/** Whoever made it may revoke it, and whoever might have made it. For others it is not there. */
CREATE OR REPLACE FUNCTION do_end_invite(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE actor bigint := (c->>'actor')::bigint; i invite; r found_room;
BEGIN
  IF NOT is_still_token(c->'by') THEN RETURN refuse('unauthorized'); END IF;
  SELECT * INTO i FROM invite WHERE id = (c->>'id')::bigint;
  IF NOT FOUND THEN RETURN refuse('invite-not-found'); END IF;
  IF i.log IS NOT NULL THEN r := find_room_by_log(i.log, actor); END IF;
  IF i.maker IS DISTINCT FROM actor AND NOT may_invite(actor, r, i.role) THEN RETURN refuse('invite-not-found'); END IF;
  DELETE FROM invite WHERE id = i.id;
  RETURN '{}';
END $$;

/**
 * Enter a room with the code of an invite. Who is a member stays what they are, whatever the code is worth by now, so that a request may
 * be repeated. To others a private room is there only if the code leads into it.
 */
CREATE OR REPLACE FUNCTION do_join_by_invite(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  actor bigint := (c->>'actor')::bigint; at_ms bigint := (c->>'atMs')::bigint; r found_room := find_room(texts(c->'roomKeys'), actor);
  is_seen boolean := r.log IS NOT NULL AND is_visible(r.visibility, r.role); refused json; f found_invite; entering found_room;
BEGIN
  IF is_seen THEN
    refused := write_refusal(r, c->>'room');
    IF refused IS NOT NULL THEN RETURN refused; END IF;
    IF r.role <> 'banned' THEN
      RETURN json_build_object('log', r.log, 'events', '[]'::json, 'member', member_json(actor, r.role));
    END IF;
  END IF;
  f := find_invite(bytes(c->'codeDigest'), at_ms);
  IF f.refused IS NOT NULL THEN RETURN refuse(f.refused); END IF;
  IF r.log IS NULL OR f.log IS NULL OR f.log <> r.log OR acts_as(r) = 'banned' THEN RETURN refuse('invite-not-found'); END IF;
  IF NOT is_seen THEN
    entering := r;
    entering.role := f.role;
    refused := write_refusal(entering, c->>'room');
    IF refused IS NOT NULL THEN RETURN refused; END IF;
  END IF;
  IF f.role = 'owner' AND owns_as_many_as_one_may(actor) THEN RETURN refuse('too-many-rooms'); END IF;
  RETURN json_build_object('log', r.log, 'events', redeem(f, actor, at_ms), 'member', member_json(actor, f.role));
END $$;
`
