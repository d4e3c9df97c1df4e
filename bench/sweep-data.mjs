import { createHash } from 'node:crypto'
import { openSqliteStore } from '../packages/server/dist/stores/sqlite/sqlite-store.js'

export const nth = (name, n) => `${name}${String(n).padStart(5, '0')}`
const times = (count, make) => Array.from({ length: count }, (_, n) => make(n))

/** How much there is of everything. */
export const sizes = { users: 30_000, publicRooms: 5_000, privateRooms: 15_000, followed: 50 }

/** Those who speak over the wire of the lab. */
export const pupils = times(4, (n) => nth('pupil', n))

export const tokenOf = (name) => `tt_sweep_${name}`
const digestOf = (name) => createHash('sha256').update(tokenOf(name)).digest()

const longText = '🐧'.repeat(4_000)
const atMs = Date.UTC(2026, 10, 23)

/** Fill a new database, past the protocol: `ana` owns the rooms that there is only one of, `luis` is in none. */
export async function fill(file) {
  const store = await openSqliteStore({ file })
  const commit = async (commands) => {
    const answers = []
    for (let from = 0; from < commands.length; from += 250)
      answers.push(...(await store.commit(commands.slice(from, from + 250))))
    const refused = answers.find((answer) => answer.refused)
    if (refused) throw new Error(`The store refused: ${JSON.stringify(refused)}`)
    return answers
  }
  const register = (name) => ({ kind: 'register', name, userKind: 'person', tokenDigest: digestOf(name), atMs })
  const names = times(sizes.users, (n) => nth('user', n))
  const users = await commit([...names, 'ana', 'luis', 'marta'].map(register))
  const idOf = new Map(users.map(({ user }) => [user.name, user.id]))
  const ana = idOf.get('ana')
  const room = (actor, name, visibility = 'public') => ({
    kind: 'create-room',
    actor,
    name,
    title: 'x'.repeat(100),
    visibility,
    atMs
  })
  const join = (name, to) => ({ kind: 'join', actor: idOf.get(name), room: to, member: name, atMs })
  const send = (actor, to, text) => ({ kind: 'send', actor, room: to, text, atMs })

  // One user owns a thousand rooms at most.
  const ownerOf = (n) => idOf.get(names[Math.floor(n / 900)])
  await commit(times(sizes.publicRooms, (n) => room(ownerOf(n), nth('public', n))))
  await commit(times(sizes.privateRooms, (n) => room(ownerOf(n + sizes.publicRooms), nth('private', n), 'private')))
  await commit(times(sizes.publicRooms / 2, (n) => join('ana', nth('public', n))))

  await commit(['crowd', 'long', 'short'].map((name) => room(ana, name)))
  await commit(names.map((name) => join(name, 'crowd')))
  await commit(['long', 'short'].map((name) => join('marta', name)))
  await commit(times(500, () => send(ana, 'long', longText)))
  await commit(times(50_000, (n) => send(ana, 'short', `${n}`)))
  const followed = times(sizes.followed, (n) => nth('followed', n))
  await commit(followed.map((name) => room(ana, name)))
  await commit(
    followed.flatMap((name) => [...times(20, () => send(ana, name, longText)), ...times(200, (n) => send(ana, name, `${n}`))])
  )

  // They are given what others say after they came, and all of them have said much themselves by then.
  for (const name of pupils) {
    const { user } = await store.commitLab({ kind: 'register-lab', name, room: 'general', atMs })
    await commit(times(20_000, (n) => send(user.id, 'general', `${n}`)))
  }
  await commit(times(200, () => send(ana, 'general', longText)))
  await store.close()
}
