import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Message } from '@tertulia/protocol'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Command } from '../../src/stores/commands.ts'
import { openSqliteStore } from '../../src/stores/sqlite/sqlite-store.ts'
import type { Store } from '../../src/stores/store.ts'
import { termsOf } from '../../src/stores/words.ts'
import { length } from '../support/test-length.ts'

const atMs = 0
const names = ['ana', 'luis', 'marta']
const rooms = ['general', 'ops', 'den']
/** As they are said, and as they are looked for without case and accents. */
const spoken = ['camión', 'Camino', 'CAM', 'rojo', 'ROJA', 'ñu', 'straße']
const plain: Record<string, string> = {
  camión: 'camion',
  Camino: 'camino',
  CAM: 'cam',
  rojo: 'rojo',
  ROJA: 'roja',
  ñu: 'nu',
  straße: 'strasse'
}

const text = fc.array(fc.constantFrom(...spoken), { minLength: 1, maxLength: 4 })
const step = fc.record({
  do: fc.constantFrom('send', 'send', 'send', 'edit', 'edit', 'delete', 'join', 'leave', 'hide', 'show', 'restart'),
  who: fc.nat(2),
  room: fc.nat(2),
  which: fc.nat(),
  text
})
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never
const question = fc.record({
  who: fc.nat(2),
  words: fc.array(fc.constantFrom(...Object.values(plain)), { minLength: 1, maxLength: 2 }),
  isPhrase: fc.boolean(),
  cut: fc.nat(3),
  room: fc.option(fc.nat(2), { nil: undefined }),
  author: fc.option(fc.nat(2), { nil: undefined })
})
type Question = typeof question extends fc.Arbitrary<infer T> ? T : never

/** What anybody would find by reading: the words of a text one by one. */
function reads(said: string, { words, isPhrase, cut }: Question): boolean {
  const there = said.split(' ').map((word) => plain[word] ?? '')
  if (isPhrase) return there.some((_, at) => words.every((word, n) => there[at + n] === word))
  const [last = '', ...others] = words.toReversed()
  const beginning = cut === 0 ? last : last.slice(0, -cut) || last
  return others.every((word) => there.includes(word)) && there.some((word) => word.startsWith(beginning))
}

function typed({ words, isPhrase, cut }: Question): string {
  if (isPhrase) return `"${words.join(' ')}"`
  const last = words.at(-1) ?? ''
  return [...words.slice(0, -1), cut === 0 ? last : last.slice(0, -cut) || last].join(' ')
}

test('a search finds what its reader would find in their own history, and nothing else, whatever happened', {
  timeout: 900_000
}, async () => {
  const run = fc.asyncProperty(
    fc.array(step, { minLength: 10, maxLength: 40 }),
    fc.array(question, { minLength: 4, maxLength: 8 }),
    async (steps, questions) => {
      const folder = mkdtempSync(join(tmpdir(), 'tertulia-search-'))
      let store = await openSqliteStore({ file: join(folder, 'chat.db') })
      try {
        const users: number[] = []
        for (const name of names) {
          const [made] = await store.commit([
            { kind: 'register', name, userKind: 'person', tokenDigest: Buffer.from(name.padEnd(32)), atMs }
          ])
          if (!made.refused) users.push(made.user.id)
        }
        for (const name of ['ops', 'den']) {
          await store.commit([
            {
              kind: 'create-room',
              actor: users[0] as number,
              name,
              title: '',
              visibility: name === 'den' ? 'private' : 'public',
              atMs
            }
          ])
        }
        /** When each message got its present text. */
        const age = new Map<string, number>()
        const sent: { room: string; id: number }[] = []
        let now = 0
        for (const one of steps) {
          if (one.do === 'restart') {
            await store.close()
            store = await openSqliteStore({ file: join(folder, 'chat.db') })
            continue
          }
          const [done] = await store.commit([commandOf(one, users, sent)])
          if (done?.refused || !done || !('message' in done) || done.events.length === 0) continue
          age.set(`${done.message.room} ${done.message.id}`, ++now)
          if (one.do === 'send') sent.push({ room: done.message.room, id: done.message.id })
        }
        for (const one of questions) {
          const expected = (await historyOf(store, users, one)).filter((message) => reads(message.text ?? '', one))
          expected.sort((a, b) => (age.get(`${b.room} ${b.id}`) ?? 0) - (age.get(`${a.room} ${a.id}`) ?? 0))
          expect(await foundBy(store, users, one), JSON.stringify(one)).toEqual(expected)
        }
      } finally {
        await store.close()
        rmSync(folder, { recursive: true, force: true })
      }
    }
  )
  await fc.assert(run, { numRuns: length({ short: 3, long: 300 }) })
})

function commandOf(one: Step, users: readonly number[], sent: readonly { room: string; id: number }[]): Command {
  const at = { actor: users[one.who] as number, room: rooms[one.room] as string, atMs }
  const target = { ...at, ...(sent.length > 0 ? sent[one.which % sent.length] : { id: 1 }) } as typeof at & { id: number }
  const said = one.text.join(' ')
  switch (one.do) {
    case 'send':
      return { kind: 'send', ...at, text: said }
    case 'edit':
      return { kind: 'edit', ...target, text: said }
    case 'delete':
      return { kind: 'delete', ...target }
    case 'join':
      return { kind: 'join', ...at, actor: users[0] as number, member: names[one.who] as string }
    case 'leave':
      return { kind: 'leave', ...at, member: names[one.who] as string }
    default:
      return {
        kind: 'change-room',
        ...at,
        actor: users[0] as number,
        changes: { visibility: one.do === 'hide' ? 'private' : 'public' }
      }
  }
}

/** All that somebody may read, message by message. */
async function historyOf(store: Store, users: readonly number[], { who, room, author }: Question): Promise<Message[]> {
  const all: Message[] = []
  for (const name of room === undefined ? rooms : [rooms[room] as string]) {
    const found = await store.room(name, users[who] as number)
    if (found) all.push(...(await store.history(found.log, { limit: 1_000, bytes: 1_000_000 })).messages)
  }
  return all.filter((message) => message.text !== null && (author === undefined || message.author.name === names[author]))
}

/** All pages of a search, which are short. */
async function foundBy(store: Store, users: readonly number[], one: Question): Promise<Message[]> {
  const log = one.room === undefined ? undefined : (await store.room(rooms[one.room] as string, users[one.who] as number))?.log
  if (one.room !== undefined && log === undefined) return []
  const author = one.author === undefined ? undefined : (users[one.author] as number)
  const all: Message[] = []
  for (let before: number | undefined, more = true; more; more = before !== undefined) {
    const page = await store.search({
      reader: users[one.who] as number,
      terms: termsOf(typed(one)),
      logs: log === undefined ? undefined : [log],
      author,
      before,
      limit: 3
    })
    expect(page.complete).toBe(true)
    all.push(...page.messages)
    before = page.next
  }
  return all
}
