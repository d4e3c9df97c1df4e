import { botsMax, linksMax, sessionsMax, tokensMax } from '@tertulia/protocol/limits'

export const accounts = `
/** Somebody new, whose name is free, with a log of their own. */
CREATE OR REPLACE FUNCTION insert_user(called text, key text, is_a text, at bigint) RETURNS users LANGUAGE plpgsql AS $$
DECLARE number bigint; u users;
BEGIN
  INSERT INTO log (kind, head, first_seq) VALUES ('user', 0, 1) RETURNING id INTO number;
  INSERT INTO users (name, name_key, kind, created_at, log) VALUES (called, key, is_a, at, number) RETURNING * INTO u;
  RETURN u;
END $$;

/** A user is signed in on one more device. @returns digests, in hex, of what had to end for it: the oldest ones, of a user who has very many */
CREATE OR REPLACE FUNCTION begin_session(who bigint, new_digest bytea, at bigint) RETURNS json LANGUAGE plpgsql AS $$
DECLARE ended json;
BEGIN
  WITH old AS (
    DELETE FROM token WHERE id IN (SELECT id FROM token WHERE user_id = who AND kind = 'session' ORDER BY id DESC OFFSET ${sessionsMax} - 1)
    RETURNING digest
  ) SELECT coalesce(json_agg(encode(digest, 'hex')), '[]') INTO ended FROM old;
  INSERT INTO token (digest, user_id, kind, scope, created_at) VALUES (new_digest, who, 'session', 'write', at);
  RETURN ended;
END $$;

/** End what signs somebody in, and their links with it. @returns digests, in hex, of the tokens that ended */
CREATE OR REPLACE FUNCTION end_tokens(who bigint[], kinds text[]) RETURNS json LANGUAGE plpgsql AS $$
DECLARE ended json;
BEGIN
  WITH old AS (DELETE FROM token WHERE user_id = ANY (who) AND kind = ANY (kinds) RETURNING digest)
    SELECT coalesce(json_agg(encode(digest, 'hex')), '[]') INTO ended FROM old;
  DELETE FROM link WHERE user_id = ANY (who);
  RETURN ended;
END $$;

CREATE OR REPLACE FUNCTION write_password(who bigint, p jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO password (user_id, salt, hash, cost, block_size, parallelization)
    VALUES (who, bytes(p->'salt'), bytes(p->'hash'), (p->>'cost')::integer, (p->>'blockSize')::integer, (p->>'parallelization')::integer)
    ON CONFLICT (user_id) DO UPDATE SET salt = excluded.salt, hash = excluded.hash, cost = excluded.cost,
      block_size = excluded.block_size, parallelization = excluded.parallelization;
END $$;

CREATE OR REPLACE FUNCTION do_register(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE at_ms bigint := (c->>'atMs')::bigint; f found_invite; u users; events json; key text := c->'nameKeys'->>-1;
BEGIN
  IF c->>'invite' IS NOT NULL THEN
    f := find_invite(bytes(c->'invite'), at_ms);
    IF f.refused IS NOT NULL THEN RETURN refuse(f.refused); END IF;
    IF f.archived THEN RETURN refuse('room-archived', 'room', to_json(f.room)); END IF;
  END IF;
  IF EXISTS (SELECT 1 FROM users WHERE name_key = key) THEN RETURN refuse('name-taken'); END IF;
  u := insert_user(c->>'name', key, c->>'userKind', at_ms);
  PERFORM begin_session(u.id, bytes(c->'tokenDigest'), at_ms);
  IF c->>'password' IS NOT NULL THEN PERFORM write_password(u.id, c->'password'); END IF;
  IF f.id IS NULL THEN RETURN json_build_object('user', user_json(u)); END IF;
  -- Of somebody new alone: who has a name already may be a program, or have only its token.
  IF f.admin THEN UPDATE users SET admin = true WHERE id = u.id RETURNING * INTO u; END IF;
  events := redeem(f, u.id, at_ms);
  IF events IS NULL THEN RETURN json_build_object('user', user_json(u)); END IF;
  RETURN json_build_object('user', user_json(u), 'added', json_build_object('log', f.log, 'events', events));
END $$;

CREATE OR REPLACE FUNCTION do_ensure_user(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE known users := find_user(texts(c->'nameKeys'));
BEGIN
  IF known.id IS NOT NULL THEN
    IF known.name = c->>'name' THEN RETURN json_build_object('user', user_json(known), 'isNew', false); END IF;
    RETURN refuse('name-taken');
  END IF;
  -- Somebody had it, and has left for ever.
  IF EXISTS (SELECT 1 FROM users WHERE name_key = c->'nameKeys'->>-1) THEN RETURN refuse('name-taken'); END IF;
  RETURN json_build_object('user', user_json(insert_user(c->>'name', c->'nameKeys'->>-1, c->>'userKind', (c->>'atMs')::bigint)),
    'isNew', true);
END $$;

/** The password was compared before: here it only has to be the present one still. */
CREATE OR REPLACE FUNCTION do_sign_in(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE who bigint := (c->>'user')::bigint;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM password WHERE user_id = who AND hash = bytes(c->'hash')) OR NOT may_act(who) THEN
    RETURN refuse('sign-in-failed');
  END IF;
  IF c->>'renewed' IS NOT NULL THEN PERFORM write_password(who, c->'renewed'); END IF;
  RETURN json_build_object('ended', begin_session(who, bytes(c->'tokenDigest'), (c->>'atMs')::bigint), 'user', user_json(user_by_id(who)));
END $$;

CREATE OR REPLACE FUNCTION do_sign_out(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM token WHERE digest = bytes(c->'tokenDigest');
  RETURN json_build_object('ended', json_build_array(c->>'tokenDigest'));
END $$;

/** Codes that were used or are too old stay known as such, until the user has made some newer ones. */
CREATE OR REPLACE FUNCTION do_make_link(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE actor bigint := (c->>'actor')::bigint;
BEGIN
  IF NOT is_still_token(c->'by') THEN RETURN refuse('unauthorized'); END IF;
  DELETE FROM link WHERE digest IN (SELECT digest FROM link WHERE user_id = actor ORDER BY expires_at DESC OFFSET ${linksMax} - 1);
  INSERT INTO link (digest, user_id, expires_at) VALUES (bytes(c->'codeDigest'), actor, (c->>'expiresAtMs')::bigint);
  RETURN '{}';
END $$;

/** Finding and using are one step: of two who use a code at the same moment exactly one is signed in. */
CREATE OR REPLACE FUNCTION do_redeem_link(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE at_ms bigint := (c->>'atMs')::bigint; l link;
BEGIN
  SELECT * INTO l FROM link WHERE digest = bytes(c->'codeDigest');
  IF NOT FOUND OR NOT may_act(l.user_id) THEN RETURN refuse('sign-in-failed'); END IF;
  IF l.used_at IS NOT NULL THEN RETURN refuse('link-spent'); END IF;
  IF l.expires_at <= at_ms THEN RETURN refuse('link-expired'); END IF;
  UPDATE link SET used_at = at_ms WHERE digest = l.digest;
  RETURN json_build_object('ended', begin_session(l.user_id, bytes(c->'tokenDigest'), at_ms), 'user', user_json(user_by_id(l.user_id)));
END $$;

/** A new password ends whatever the old one, or a device that is lost, may still be good for. */
CREATE OR REPLACE FUNCTION do_set_password(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE actor bigint := (c->>'actor')::bigint; present bytea; was bytea; ended json;
BEGIN
  IF NOT is_still_token(c->'by') THEN RETURN refuse('unauthorized'); END IF;
  IF c->>'was' IS NOT NULL THEN was := bytes(c->'was'); END IF;
  SELECT hash INTO present FROM password WHERE user_id = actor;
  IF present IS DISTINCT FROM was THEN RETURN refuse('wrong-password'); END IF;
  PERFORM write_password(actor, c->'password');
  WITH old AS (DELETE FROM token WHERE user_id = actor AND kind = 'session' AND digest <> bytes(c->'by') RETURNING digest)
    SELECT coalesce(json_agg(encode(digest, 'hex')), '[]') INTO ended FROM old;
  DELETE FROM link WHERE user_id = actor;
  RETURN json_build_object('ended', ended);
END $$;

CREATE OR REPLACE FUNCTION token_json(t token) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  RETURN (SELECT json_build_object('id', t.id, 'name', t.name, 'scope', t.scope,
      'rooms', CASE WHEN t.rooms IS NOT NULL THEN coalesce(
        (SELECT json_agg(name ORDER BY name_key) FROM room WHERE log = ANY (t.rooms)), '[]') END,
      'expiresAt', iso(t.expires_at), 'createdAt', iso(t.created_at)));
END $$;

CREATE OR REPLACE FUNCTION do_make_token(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  actor bigint := (c->>'actor')::bigint; at_ms bigint := (c->>'atMs')::bigint; key text := c->'nameKeys'->>-1;
  u users; r found_room; logs bigint[]; before token; made token;
BEGIN
  IF NOT is_still_token(c->'by') THEN RETURN refuse('unauthorized'); END IF;
  IF c->>'bot' IS NULL THEN u := user_by_id(actor); ELSE u := find_bot(texts(c->'botKeys'), actor); END IF;
  IF u.id IS NULL OR u.disabled_at IS NOT NULL THEN RETURN refuse('user-not-found'); END IF;
  IF c->>'rooms' IS NOT NULL THEN
    logs := '{}';
    FOR n IN 0 .. jsonb_array_length(c->'rooms') - 1 LOOP
      r := find_room(texts(c->'roomsKeys'->n), u.id);
      IF r.log IS NULL OR NOT is_visible(r.visibility, r.role) THEN RETURN refuse('room-not-found', 'room', (c->'rooms'->n)::json); END IF;
      IF NOT r.log = ANY (logs) THEN logs := logs || r.log; END IF;
    END LOOP;
  END IF;
  SELECT * INTO before FROM token WHERE user_id = u.id AND kind = 'named' AND name_key = key;
  IF before.id IS NOT NULL AND NOT coalesce(before.expires_at <= at_ms, false) THEN RETURN refuse('name-taken'); END IF;
  IF before.id IS NULL AND EXISTS (SELECT 1 FROM token WHERE user_id = u.id AND kind = 'named' OFFSET ${tokensMax} - 1) THEN
    RETURN refuse('too-many-tokens');
  END IF;
  DELETE FROM token WHERE id = before.id;
  INSERT INTO token (digest, user_id, kind, name, name_key, scope, rooms, expires_at, created_at)
    VALUES (bytes(c->'tokenDigest'), u.id, 'named', c->>'name', key, c->>'scope', logs, (c->>'expiresAtMs')::bigint, at_ms)
    RETURNING * INTO made;
  RETURN json_build_object('token', token_json(made));
END $$;

CREATE OR REPLACE FUNCTION do_end_token(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE actor bigint := (c->>'actor')::bigint; ended bytea;
BEGIN
  IF NOT is_still_token(c->'by') THEN RETURN refuse('unauthorized'); END IF;
  DELETE FROM token t USING users u
   WHERE t.id = (c->>'id')::bigint AND t.kind = 'named' AND u.id = t.user_id AND (t.user_id = actor OR u.owner = actor)
   RETURNING t.digest INTO ended;
  IF ended IS NULL THEN RETURN refuse('token-not-found'); END IF;
  RETURN json_build_object('ended', json_build_array(encode(ended, 'hex')));
END $$;

CREATE OR REPLACE FUNCTION do_make_bot(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE actor bigint := (c->>'actor')::bigint; at_ms bigint := (c->>'atMs')::bigint; key text := c->'nameKeys'->>-1; u users;
BEGIN
  IF NOT is_still_token(c->'by') THEN RETURN refuse('unauthorized'); END IF;
  IF EXISTS (SELECT 1 FROM users WHERE name_key = key) THEN RETURN refuse('name-taken'); END IF;
  IF EXISTS (SELECT 1 FROM users WHERE owner = actor AND left_at IS NULL OFFSET ${botsMax} - 1) THEN RETURN refuse('too-many-bots'); END IF;
  u := insert_user(c->>'name', key, 'bot', at_ms);
  UPDATE users SET owner = actor WHERE id = u.id;
  INSERT INTO token (digest, user_id, kind, name, name_key, scope, created_at)
    VALUES (bytes(c->'tokenDigest'), u.id, 'named', c->>'tokenName', c->'tokenNameKeys'->>-1, 'write', at_ms);
  RETURN json_build_object('user', user_json(u));
END $$;
`
