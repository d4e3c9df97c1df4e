/** Said so that no index of those who are not banned is taken for it: those have many rows for one room or one user. */
const isNotBanned = "(m.role = 'banned') IS NOT TRUE"

/** Of each of these commands: its kind, and who asks it of which room. */
const asked = `
  SELECT 'send' AS kind, s.actor, s.key FROM unnest(sender_keys, senders) s(key, actor)
  UNION
  SELECT c.kind, c.actor, k.key
    FROM jsonb_to_recordset(others) AS c(kind text, actor bigint, "roomKeys" jsonb), jsonb_array_elements_text(c."roomKeys") k(key)`

/**
 * The plans are those of a store that has grown, also while it is new and its tables are empty: each row by its key (`OFFSET 0` keeps a
 * lookup from becoming a join with all the members of a room, or a hash of all the keys that were used). Nor are there tables of hashes
 * to drop what is there twice: for the few rows of a call PostgreSQL would clear hundreds of kilobytes each time, half of what a
 * message costs that is alone in its call.
 */
const planning =
  'SET enable_seqscan = off SET enable_bitmapscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_hashagg = off ' +
  'SET plan_cache_mode = force_generic_plan'

/**
 * Many messages at once that need nothing but a number. They come in columns, which cost a third of what the same costs in JSON:
 * `sender_keys`, `sender_rooms` and `senders` are those who send, each in one room (its key, its name, the user); `sent_by` says by
 * which of them each message is, and the other columns what it is. No two of them have the same sender and key.
 */
export const plainSends = `
CREATE OR REPLACE FUNCTION lock_logs(sender_keys text[], senders bigint[], others jsonb) RETURNS void LANGUAGE plpgsql
${planning} AS $$
BEGIN
  PERFORM 1 FROM log WHERE id = ANY (array(
    WITH asked AS MATERIALIZED (${asked}
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

/** Those who may not simply send have no log here, and what they send is left out of \`sent\`; so is what has a key that was used. */
CREATE OR REPLACE FUNCTION send_plain(
  sender_keys text[], sender_rooms text[], senders bigint[],
  sent_by integer[], texts text[], words_of text[], ats bigint[], once_keys text[], fingerprints bytea[],
  OUT who json, OUT sent integer[], OUT ids bigint[]
) LANGUAGE plpgsql
${planning} AS $$
DECLARE logs bigint[]; heads bigint[];
BEGIN
  SELECT array_agg(coalesce(f.log, 0) ORDER BY s.n), array_agg(coalesce(f.head, 0) ORDER BY s.n),
         json_agg(json_build_array(f.log, f.name, f.kind) ORDER BY s.n)
    INTO logs, heads, who
    FROM unnest(sender_keys, sender_rooms, senders) WITH ORDINALITY s(key, room, actor, n)
    LEFT JOIN LATERAL (
      SELECT r.log, l.head, u.name, u.kind FROM room r JOIN log l ON l.id = r.log
        CROSS JOIN LATERAL (SELECT 1 FROM member m WHERE m.log = r.log AND m.user_id = s.actor AND ${isNotBanned} OFFSET 0) belongs
        CROSS JOIN LATERAL (
          SELECT name, kind FROM users WHERE id = s.actor AND left_at IS NULL AND disabled_at IS NULL OFFSET 0) u
       WHERE r.name_key = s.key AND r.name = s.room AND NOT r.archived
    ) f ON true;
  WITH numbered AS MATERIALIZED (
    SELECT m.n, logs[m.sender] AS log, senders[m.sender] AS actor, m.text, m.words, m.at, m.key, m.fingerprint,
           heads[m.sender] + row_number() OVER (PARTITION BY logs[m.sender] ORDER BY m.n) AS id
      FROM unnest(sent_by, texts, words_of, ats, once_keys, fingerprints) WITH ORDINALITY m(sender, text, words, at, key, fingerprint, n)
     WHERE logs[m.sender] <> 0
       AND (m.key IS NULL OR NOT EXISTS (
         SELECT 1 FROM sent e WHERE e.log = logs[m.sender] AND e.user_id = senders[m.sender] AND e.key = m.key OFFSET 0))
  ), written AS (
    INSERT INTO message (log, id, author, rev, created_at, body, words)
      SELECT log, id, actor, id, at, text, array_to_tsvector(string_to_array(words, ' ')) FROM numbered
  ), noted AS (
    INSERT INTO sent (log, user_id, key, fingerprint, message, at)
      SELECT log, actor, key, fingerprint, id, at FROM numbered WHERE key IS NOT NULL
  ), read AS (
    UPDATE member m SET read_up_to = last.id
      FROM (SELECT log, actor, max(id) AS id FROM numbered GROUP BY log, actor) last
     WHERE m.log = last.log AND m.user_id = last.actor AND m.read_up_to < last.id
  ), grown AS (
    UPDATE log l SET head = last.id FROM (SELECT log, max(id) AS id FROM numbered GROUP BY log) last WHERE l.id = last.log
  )
  SELECT coalesce(array_agg(n), '{}'), coalesce(array_agg(id), '{}') INTO sent, ids FROM numbered;
END $$;
`
