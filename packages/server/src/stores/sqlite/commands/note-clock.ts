import { clockHold } from '../../clock-hold.ts'
import type { Answer, Commands } from '../../commands.ts'
import type { Transaction } from './transaction.ts'

/** A clock that has jumped is not believed at once, also not after a restart. */
export function noteClock(tx: Transaction, { atMs }: Commands['note-clock']): Answer<'note-clock'> {
  const noted = tx.get<{ clockAt: number | null; keepsUntil: number | null }>('SELECT clockAt, keepsUntil FROM meta')
  const movedMs = noted?.clockAt == null ? null : atMs - noted.clockAt
  const holdMs = movedMs === null ? 0 : clockHold(movedMs)
  const before = noted?.keepsUntil ?? null
  // Whoever switches the server off to see to a clock that is ahead does not make the wait shorter; to put it right ends that wait.
  const stillMs = movedMs !== null && movedMs > 0 && before !== null ? before - atMs : 0
  const until = holdMs > 0 ? atMs + Math.max(holdMs, stillMs) : before
  const keepsUntilMs = until !== null && until > atMs ? until : null
  tx.note('UPDATE meta SET clockAt = ?, keepsUntil = ?', atMs, keepsUntilMs)
  return { movedMs, keepsUntilMs }
}
