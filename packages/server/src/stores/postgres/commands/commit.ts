import type { CommandKind } from '../../commands.ts'
import { accounts } from './accounts.ts'
import { found } from './found.ts'
import { invites } from './invites.ts'
import { leaving } from './leaving.ts'
import { messages } from './messages.ts'
import { retention } from './retention.ts'
import { rooms } from './rooms.ts'

/** What changes one log, and perhaps that of whoever asks: many of them go on side by side. Every other command is alone in the store. */
export const manyAtOnce: ReadonlySet<string> = new Set<CommandKind>(['send', 'edit', 'delete', 'mark-read'])

const executors: Record<CommandKind, string> = {
  send: 'do_send',
  edit: 'do_edit',
  delete: 'do_delete',
  'mark-read': 'do_mark_read',
  register: 'do_register',
  'sign-in': 'do_sign_in',
  'make-link': 'do_make_link',
  'redeem-link': 'do_redeem_link',
  'sign-out': 'do_sign_out',
  'set-password': 'do_set_password',
  'make-token': 'do_make_token',
  'end-token': 'do_end_token',
  'make-bot': 'do_make_bot',
  'make-invite': 'do_make_invite',
  'end-invite': 'do_end_invite',
  'reset-user': 'do_reset_user',
  'disable-user': 'do_disable_user',
  'set-admin': 'do_set_admin',
  'leave-for-ever': 'do_leave_for_ever',
  'ensure-user': 'do_ensure_user',
  'create-room': 'do_create_room',
  'change-room': 'do_change_room',
  join: 'do_join',
  'join-by-invite': 'do_join_by_invite',
  leave: 'do_leave',
  'set-role': 'do_set_role',
  'note-clock': 'do_note_clock',
  sweep: 'do_sweep'
}

/** Said so that no index of those who are not banned is taken for it: those have many rows for one room or one user. */
const isNotBanned = "(m.role = 'banned') IS NOT TRUE"

/** Number of the advisory lock that is the gate: “Tert”. */
const gate = 0x54_65_72_74

/**
 * The one way to write: a batch in one call, which is one transaction. Nothing is held between round trips, so that a server that
 * freezes holds no lock.
 *
 * The gate: what changes more than messages has it alone, so that all that others decide by (who may what, which names are
 * taken) stands still meanwhile; messages share it, and lock their logs and those of whoever asks, all at once and in one order. A
 * statement after that sees what whoever had the locks before has committed.
 *
 * The plans are those of a store that has grown, also while it is new and its tables are empty: each row by its key (`OFFSET 0` keeps a
 * lookup from becoming a join with all the members of a room, or a hash of all the keys that were used).
 *
 * `sends` that need nothing but a number get it all together; those that do (a key that was used, a room to be joined, a refusal) are
 * carried out one by one, after them, and then `others` in their order.
 */
const commit = `
CREATE OR REPLACE FUNCTION carry_out(c jsonb) RETURNS json LANGUAGE plpgsql AS $$
DECLARE answer json; told json;
BEGIN
  IF c->>'actor' IS NOT NULL AND NOT may_act((c->>'actor')::bigint) THEN RETURN refuse('unauthorized'); END IF;
  CASE c->>'kind'
${Object.entries(executors)
  .map(([kind, name]) => `    WHEN '${kind}' THEN answer := ${name}(c);`)
  .join('\n')}
  END CASE;
  told := take_told();
  IF told IS NULL OR answer->'refused' IS NOT NULL THEN RETURN answer; END IF;
  RETURN left(answer::text, -1) || ',"told":' || told::text || '}';
END $$;

CREATE OR REPLACE FUNCTION lock_logs(batch jsonb) RETURNS void LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  PERFORM 1 FROM log WHERE id = ANY (array(
    WITH asked AS MATERIALIZED (
      SELECT DISTINCT c.kind, c.actor, k.key
        FROM jsonb_to_recordset(batch) AS c(kind text, actor bigint, "roomKeys" jsonb), jsonb_array_elements_text(c."roomKeys") k(key)
    ), named AS MATERIALIZED (
      SELECT a.kind, a.actor, r.log FROM asked a JOIN room r ON r.name_key = a.key
    )
    SELECT n.log FROM named n
    UNION
    SELECT u.log FROM named n JOIN users u ON u.id = n.actor
     WHERE u.log IS NOT NULL AND (n.kind = 'mark-read'
       OR n.kind = 'send' AND NOT EXISTS (SELECT 1 FROM member m WHERE m.log = n.log AND m.user_id = n.actor AND ${isNotBanned} OFFSET 0))
  )) ORDER BY id FOR UPDATE;
END $$;

CREATE OR REPLACE FUNCTION send_plain(batch jsonb) RETURNS json LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE done json;
BEGIN
  WITH asked AS MATERIALIZED (
    SELECT s.n, s.actor, s.text, s.words, s.at, s.key, s.fingerprint, r.log, r.name AS room, u.name, u.kind
      FROM ROWS FROM (jsonb_to_recordset(batch)
             AS (actor bigint, room text, "roomKeys" jsonb, text text, words text, "atMs" bigint, "onceKey" text, fingerprint text))
           WITH ORDINALITY AS s(actor, room, keys, text, words, at, key, fingerprint, n)
      JOIN room r ON r.name_key = s.keys->>0 AND r.name = s.room AND NOT r.archived
      CROSS JOIN LATERAL (SELECT 1 FROM member m WHERE m.log = r.log AND m.user_id = s.actor AND ${isNotBanned} OFFSET 0) belongs
      CROSS JOIN LATERAL (
        SELECT name, kind FROM users WHERE id = s.actor AND left_at IS NULL AND disabled_at IS NULL OFFSET 0) u
     WHERE jsonb_array_length(s.keys) = 1
       AND (s.key IS NULL OR NOT EXISTS (SELECT 1 FROM sent e WHERE e.log = r.log AND e.user_id = s.actor AND e.key = s.key OFFSET 0))
  ), firsts AS (
    SELECT a.*, row_number() OVER (PARTITION BY log, actor, coalesce('k' || key, n::text) ORDER BY n) AS nth FROM asked a
  ), numbered AS MATERIALIZED (
    SELECT f.*, l.head + row_number() OVER (PARTITION BY f.log ORDER BY f.n) AS id FROM firsts f JOIN log l ON l.id = f.log WHERE f.nth = 1
  ), written AS (
    INSERT INTO message (log, id, author, rev, created_at, body, words)
      SELECT log, id, actor, id, at, text, array_to_tsvector(string_to_array(words, ' ')) FROM numbered ORDER BY n
  ), noted AS (
    INSERT INTO sent (log, user_id, key, fingerprint, message, at)
      SELECT log, actor, key, decode(fingerprint, 'hex'), id, at FROM numbered WHERE key IS NOT NULL
  ), read AS (
    UPDATE member m SET read_up_to = last.id
      FROM (SELECT log, actor, max(id) AS id FROM numbered GROUP BY log, actor) last
     WHERE m.log = last.log AND m.user_id = last.actor AND m.read_up_to < last.id
  ), grown AS (
    UPDATE log l SET head = last.id FROM (SELECT log, max(id) AS id FROM numbered GROUP BY log) last WHERE l.id = last.log
  )
  SELECT json_agg(json_build_array(n - 1, log, id, room, name, kind)) INTO done FROM numbered;
  RETURN coalesce(done, '[]');
END $$;

CREATE OR REPLACE FUNCTION commit_batch(sends jsonb, others jsonb, is_alone boolean, OUT plain json, OUT answers json) LANGUAGE plpgsql AS $$
DECLARE done integer[] := '{}'; given json[] := '{}';
BEGIN
  plain := '[]';
  IF is_alone THEN
    PERFORM pg_advisory_xact_lock(${gate});
  ELSE
    PERFORM pg_advisory_xact_lock_shared(${gate});
    PERFORM lock_logs(sends || others);
    IF sends <> '[]' THEN
      plain := send_plain(sends);
      done := array(SELECT (one->>0)::integer FROM json_array_elements(plain) one);
    END IF;
  END IF;
  IF cardinality(done) < jsonb_array_length(sends) THEN
    FOR n IN 0 .. jsonb_array_length(sends) - 1 LOOP
      IF NOT n = ANY (done) THEN given := given || carry_out(sends->n); END IF;
    END LOOP;
  END IF;
  FOR n IN 0 .. jsonb_array_length(others) - 1 LOOP
    given := given || carry_out(others->n);
  END LOOP;
  answers := to_json(given);
END $$;
`

export const functions = [found, rooms, messages, retention, invites, accounts, leaving, commit].join('\n')
