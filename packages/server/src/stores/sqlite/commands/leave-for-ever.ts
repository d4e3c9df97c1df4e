import type { Added, Answer, Commands } from '../../commands.ts'
import { leavingLotMax } from '../../lots.ts'
import { readBot, readOwnLog } from '../reads/users.ts'
import type { FoundRoom } from '../room-access.ts'
import { leave } from './leave.ts'
import { endTokens, isStillToken } from './session.ts'
import type { Transaction } from './transaction.ts'

/** Rooms that a refusal names. */
const namedMax = 5

/** A user leaves for ever and their bots with them, or one bot does. All rooms come first, and then whatever signs them in. */
export function leaveForEver(tx: Transaction, command: Commands['leave-for-ever']): Answer<'leave-for-ever'> {
  const { actor, by, bot, atMs } = command
  if (!isStillToken(tx, by)) return { refused: { code: 'unauthorized' } }
  const leaving = bot === undefined ? [actor, ...botsOf(tx, actor)] : idOf(tx, actor, bot)
  if (leaving.length === 0) return { refused: { code: 'user-not-found' } }
  const rooms = ownedByThemAlone(tx, leaving)
  if (rooms.length > 0) return { refused: { code: 'last-owner', rooms } }
  const members = tx.all<Membership>(memberships, JSON.stringify(leaving), leavingLotMax + 1)
  const added = members.slice(0, leavingLotMax).map((membership) => leaveOne(tx, membership, actor, atMs))
  if (members.length > leavingLotMax) return { added, ended: [], done: false }
  return { added, ended: leaving.flatMap((user) => signOutForEver(tx, user, atMs)), done: true }
}

const idOf = (tx: Transaction, owner: number, bot: string): number[] => {
  const found = readBot(tx, owner, bot)
  return found ? [found.id] : []
}

const botsOf = (tx: Transaction, owner: number): number[] =>
  tx.all<{ id: number }>('SELECT id FROM user WHERE owner = ? AND leftAt IS NULL', owner).map(({ id }) => id)

/** Names of rooms that nobody would own any more. */
const ownedByThemAlone = (tx: Transaction, users: number[]): string[] =>
  tx.all<{ name: string }>(ownedAlone, JSON.stringify(users), JSON.stringify(users), namedMax).map(({ name }) => name)

const ownedAlone = `SELECT DISTINCT r.name FROM json_each(?) one
    CROSS JOIN member m ON m.user = one.value AND m.role = 'owner' JOIN room r ON r.log = m.log
   WHERE NOT EXISTS (SELECT 1 FROM member o WHERE o.log = m.log AND o.role = 'owner'
                        AND o.user NOT IN (SELECT value FROM json_each(?)))
   ORDER BY r.nameKey LIMIT ?`

type Membership = Record<'user' | 'room' | 'role', never> & { user: number; room: string; role: 'owner' | 'moderator' | 'member' }

const memberships = `SELECT m.user, r.name AS room, m.role FROM json_each(?) one
    CROSS JOIN member m ON m.user = one.value AND m.role <> 'banned' JOIN room r ON r.log = m.log LIMIT ?`

function leaveOne(tx: Transaction, { user, room: name, role }: Membership, actor: number, atMs: number): Added {
  const room = tx.room(name, user) as FoundRoom
  return { log: room.log, events: [leave(tx, room, user, role, actor, atMs)] }
}

/**
 * The name stays with its row, so that nobody else gets it. The events that were theirs alone go; of their log the number stays taken: it may
 * be followed until their streams have ended, and another log of this number would be read there.
 */
function signOutForEver(tx: Transaction, user: number, atMs: number): Uint8Array[] {
  const ended = endTokens(tx, user, ['session', 'named'])
  tx.run("DELETE FROM member WHERE user = ? AND role = 'banned'", user)
  tx.run('DELETE FROM password WHERE user = ?', user)
  tx.run('DELETE FROM invite WHERE maker = ?', user)
  const own = readOwnLog(tx, user)
  tx.run('UPDATE user SET leftAt = ?, log = NULL WHERE id = ?', atMs, user)
  if (own === undefined) return ended
  tx.run('DELETE FROM event WHERE log = ?', own)
  tx.run('UPDATE log SET firstSeq = ? WHERE id = ?', tx.head(own) + 1, own)
  return ended
}
