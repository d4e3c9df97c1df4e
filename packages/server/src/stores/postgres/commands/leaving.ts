import { leavingLotMax } from '../../lots.ts'

/** Rooms that a refusal names. */
const namedMax = 5

/** What ends somebody's account, for ever or until it is undone, by them or by whoever runs the server. */
export const leaving = `
/** A user leaves for ever and their bots with them, or one bot does. All rooms come first, and then whatever signs them in. */
CREATE OR REPLACE FUNCTION do_leave_for_ever(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  actor bigint := (c->>'actor')::bigint; at_ms bigint := (c->>'atMs')::bigint; leaving bigint[]; names json; added json[] := '{}';
  m record; ended json; is_more boolean := false; own bigint;
BEGIN
  IF NOT is_still_token(c->'by') THEN RETURN refuse('unauthorized'); END IF;
  IF c->>'bot' IS NULL THEN
    leaving := actor || array(SELECT id FROM users WHERE owner = actor AND left_at IS NULL ORDER BY id);
  ELSE
    leaving := array_remove(ARRAY[(find_bot(texts(c->'botKeys'), actor)).id], NULL);
  END IF;
  IF cardinality(leaving) = 0 THEN RETURN refuse('user-not-found'); END IF;
  SELECT json_agg(name ORDER BY name_key) INTO names FROM (
    SELECT DISTINCT r.name, r.name_key FROM member o JOIN room r ON r.log = o.log
     WHERE o.user_id = ANY (leaving) AND o.role = 'owner'
       AND NOT EXISTS (SELECT 1 FROM member x WHERE x.log = o.log AND x.role = 'owner' AND x.user_id <> ALL (leaving))
     ORDER BY r.name_key LIMIT ${namedMax}) alone;
  IF names IS NOT NULL THEN RETURN refuse('last-owner', 'rooms', names); END IF;
  FOR m IN SELECT user_id, log, role FROM member WHERE user_id = ANY (leaving) AND role <> 'banned' LIMIT ${leavingLotMax + 1} LOOP
    IF cardinality(added) = ${leavingLotMax} THEN
      is_more := true;
      EXIT;
    END IF;
    added := added || json_build_object('log', m.log, 'events',
      json_build_array(let_go(find_room_by_log(m.log, m.user_id), m.user_id, m.role, actor, at_ms)));
  END LOOP;
  IF is_more THEN RETURN json_build_object('added', to_json(added), 'ended', '[]'::json, 'done', false); END IF;
  ended := end_tokens(leaving, '{session,named}');
  DELETE FROM member WHERE user_id = ANY (leaving) AND role = 'banned';
  DELETE FROM password WHERE user_id = ANY (leaving);
  DELETE FROM invite WHERE maker = ANY (leaving);
  -- The name stays with its row, so that nobody else gets it. Of their log the number stays taken: it may be followed until their streams
  -- have ended, and another log of this number would be read there.
  FOR own IN SELECT log FROM users WHERE id = ANY (leaving) AND log IS NOT NULL LOOP
    DELETE FROM event WHERE log = own;
    UPDATE log SET first_seq = head + 1 WHERE id = own;
  END LOOP;
  UPDATE users SET left_at = at_ms, log = NULL WHERE id = ANY (leaving);
  RETURN json_build_object('added', to_json(added), 'ended', ended, 'done', true);
END $$;

/** All that signed them in as a person ends, and one code is left that does. Tokens of programs stay, as with a new password. */
CREATE OR REPLACE FUNCTION do_reset_user(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE who bigint := (c->>'user')::bigint; ended json;
BEGIN
  IF NOT may_act(who) THEN RETURN refuse('user-not-found'); END IF; -- meanwhile
  ended := end_tokens(ARRAY[who], '{session}');
  DELETE FROM password WHERE user_id = who;
  INSERT INTO link (digest, user_id, expires_at) VALUES (bytes(c->'codeDigest'), who, (c->>'expiresAtMs')::bigint);
  RETURN json_build_object('ended', ended);
END $$;

/** All that signs them or their bots in ends, and nothing does until it is undone. */
CREATE OR REPLACE FUNCTION do_disable_user(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE who bigint := (c->>'user')::bigint; is_off boolean := (c->>'disabled')::boolean;
BEGIN
  UPDATE users SET disabled_at = CASE WHEN is_off THEN (c->>'atMs')::bigint END WHERE id = who;
  IF NOT is_off THEN RETURN json_build_object('ended', '[]'::json); END IF;
  RETURN json_build_object('ended',
    end_tokens(who || array(SELECT id FROM users WHERE owner = who AND left_at IS NULL), '{session,named}'));
END $$;

CREATE OR REPLACE FUNCTION do_set_admin(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
BEGIN
  UPDATE users SET admin = (c->>'admin')::boolean WHERE id = (c->>'user')::bigint;
  RETURN '{}';
END $$;
`
