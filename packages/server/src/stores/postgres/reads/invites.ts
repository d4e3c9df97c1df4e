import type { Invite, InviteSummary } from '@tertulia/protocol'
import type { AnswerOf, Refusal } from '../../commands.ts'
import { keysOf } from '../../name-keys.ts'
import type { InviteRange, NumberedPage } from '../../records.ts'
import type { Reader } from '../reader.ts'

export async function readInvite(reader: Reader, digest: Uint8Array, atMs: number): Promise<AnswerOf<InviteSummary>> {
  const row = await reader.first<{ found: AnswerOf<InviteSummary> }>('SELECT invite_summary($1, $2) AS found', digest, atMs)
  return (row as { found: AnswerOf<InviteSummary> }).found
}

const ofMaker = 'SELECT id FROM invite WHERE maker = $1 AND id < $2 ORDER BY id DESC LIMIT $3'
const toServer = `SELECT id FROM invite WHERE log IS NULL AND id < $2 AND EXISTS (SELECT 1 FROM users WHERE id = $1 AND admin)
  ORDER BY id DESC LIMIT $3`
const listed = (which: string) =>
  `SELECT invite_json(i) AS invite FROM (${which}) k JOIN invite i ON i.id = k.id ORDER BY i.id DESC`
const own = listed(`(${ofMaker}) UNION (${toServer}) ORDER BY id DESC LIMIT $3`)
const toRoom = listed('SELECT id FROM invite WHERE log = $1 AND id < $2 ORDER BY id DESC LIMIT $3')

/** Those that somebody made, and for an admin those to the server; of a room all, for those who moderate it. */
export async function readInvites(reader: Reader, who: number, range: InviteRange): Promise<AnswerOf<NumberedPage<Invite>>> {
  const { room, before = Number.MAX_SAFE_INTEGER, limit } = range
  if (room === undefined) return page(await reader.all(own, who, before, limit + 1), limit)
  const place = await reader.first<{ log: number; refused: Refusal | null }>(
    'SELECT log, refused FROM invites_place($1, $2)',
    keysOf(room),
    who
  )
  if (!place || place.refused) return { refused: place?.refused ?? { code: 'room-not-found' } }
  return page(await reader.all(toRoom, place.log, before, limit + 1), limit)
}

function page(rows: { invite: Invite }[], limit: number): NumberedPage<Invite> {
  const items = rows.slice(0, limit).map(({ invite }) => invite)
  return { items, next: rows.length > limit ? items.at(-1)?.id : undefined }
}
