import type { CommandKind } from '../../commands.ts'
import { accounts } from './accounts.ts'
import { found } from './found.ts'
import { invites } from './invites.ts'
import { leaving } from './leaving.ts'
import { messages } from './messages.ts'
import { plainSends } from './plain-sends.ts'
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
 * Messages that need nothing but a number come in columns and get it all together (`plain-sends.ts`); those of them that do need more (a
 * key that was used, a room to be joined, a refusal) are carried out one by one, after them, and then `others` in their order.
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

CREATE OR REPLACE FUNCTION commit_batch(
  sender_keys text[], sender_rooms text[], senders bigint[],
  sent_by integer[], texts text[], words_of text[], ats bigint[], once_keys text[], fingerprints bytea[],
  others jsonb, is_alone boolean, OUT plain json, OUT answers json
) LANGUAGE plpgsql AS $$
DECLARE done integer[] := '{}'; ids bigint[]; given json[] := '{}'; sender integer;
BEGIN
  IF is_alone THEN
    PERFORM pg_advisory_xact_lock(${gate});
  ELSE
    PERFORM pg_advisory_xact_lock_shared(${gate});
    PERFORM lock_logs(sender_keys, senders, others);
    IF cardinality(sent_by) > 0 THEN
      SELECT * INTO plain, done, ids
        FROM send_plain(sender_keys, sender_rooms, senders, sent_by, texts, words_of, ats, once_keys, fingerprints);
      plain := json_build_object('senders', plain, 'sent', done, 'ids', ids);
    END IF;
  END IF;
  IF cardinality(done) < cardinality(sent_by) THEN
    FOR n IN 1 .. cardinality(sent_by) LOOP
      CONTINUE WHEN n = ANY (done);
      sender := sent_by[n];
      given := given || carry_out(jsonb_strip_nulls(jsonb_build_object('kind', 'send', 'actor', senders[sender], 'room', sender_rooms[sender],
        'roomKeys', jsonb_build_array(sender_keys[sender]), 'text', texts[n], 'words', words_of[n], 'atMs', ats[n], 'onceKey', once_keys[n],
        'fingerprint', encode(fingerprints[n], 'hex'))));
    END LOOP;
  END IF;
  FOR n IN 0 .. jsonb_array_length(others) - 1 LOOP
    given := given || carry_out(others->n);
  END LOOP;
  answers := to_json(given);
END $$;
`

export const functions = [found, rooms, messages, retention, invites, accounts, leaving, plainSends, commit].join('\n')
