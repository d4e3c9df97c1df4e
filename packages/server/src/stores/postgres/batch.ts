import type { AnswerOf, Command, Results } from '../commands.ts'
import { holdable, keysOf } from '../name-keys.ts'
import { isoTime } from '../rows.ts'
import { sentAnswer } from '../sent-row.ts'
import { searchedBy } from '../words.ts'
import { toCall } from './commands/to-call.ts'

export type AnyAnswer = AnswerOf<Results[keyof Results]>

type Send = Extract<Command, { kind: 'send' }>

/** Commands of one commit, with as much of the call as can be prepared while another one is under way. */
export interface Prepared {
  commands: readonly Command[]
  words: ReturnType<typeof wordsOf>
}

/** What the text is searched by, of a message that is alone in its commit; undefined: it is something else. */
export function wordsOf([send, ...more]: readonly Command[]): string | undefined {
  return more.length === 0 && send?.kind === 'send' ? searchedBy(send.text) : undefined
}

/** What `commit_batch` returns. Of `plain`: who sends (null: not so simply), and of what was sent the places, counted from 1, and numbers. */
export interface CalledRow {
  plain: {
    senders: readonly [log: number, name: string, kind: 'person' | 'bot'][]
    sent: readonly number[]
    ids: readonly number[]
  } | null
  answers: AnyAnswer[]
}

/** One who sends in one room, which has one key. */
interface Sender {
  /** Counted from 1. */
  n: number
  keys: Set<string>
}

interface Room {
  name: string
  key: string
  senders: Map<number, Sender>
}

/** A batch as it is called: messages that are alone in their commit, which may be sent together, in columns, and all else in its order. */
export class Batch {
  static readonly call = {
    name: 'commit',
    text: 'SELECT plain, answers FROM commit_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)'
  }

  readonly #commits: readonly Prepared[]
  readonly #isAlone: boolean
  readonly #senders = { keys: [] as string[], rooms: [] as string[], users: [] as number[] }
  readonly #sends = {
    by: [] as number[],
    texts: [] as string[],
    words: [] as string[],
    ats: [] as number[],
    keys: [] as (string | undefined)[],
    fingerprints: [] as (Uint8Array | undefined)[]
  }
  readonly #others: object[] = []
  /** Those whose message is among the columns. */
  readonly #inColumns = new Set<Prepared>()

  /** @param isAlone  whether it is carried out while nothing else is */
  constructor(commits: readonly Prepared[], isAlone: boolean, epoch: string) {
    this.#commits = commits
    this.#isAlone = isAlone
    const rooms = new Map<string, Room | undefined>()
    for (const commit of commits) {
      const { commands, words } = commit
      if (words !== undefined && this.#takeIn(commands[0] as Send, words, rooms)) this.#inColumns.add(commit)
      else for (const command of commands) this.#others.push(toCall(command, epoch))
    }
  }

  /** @returns whether it goes together with the others: it does not where a key is used twice, or its room could be one of two */
  #takeIn({ room: name, actor, text, once, atMs }: Send, words: string, rooms: Map<string, Room | undefined>): boolean {
    if (!rooms.has(name)) rooms.set(name, roomOf(name))
    const room = rooms.get(name)
    if (!room) return false
    let sender = room.senders.get(actor)
    if (!sender) {
      sender = { n: this.#senders.users.push(actor), keys: new Set() }
      this.#senders.keys.push(room.key)
      this.#senders.rooms.push(room.name)
      room.senders.set(actor, sender)
    }
    if (once) {
      if (sender.keys.has(once.key)) return false
      sender.keys.add(once.key)
    }
    this.#sends.by.push(sender.n)
    this.#sends.texts.push(text)
    this.#sends.words.push(words)
    this.#sends.ats.push(atMs)
    this.#sends.keys.push(once?.key)
    this.#sends.fingerprints.push(once?.fingerprint)
    return true
  }

  /** What `call` is called with. */
  values(): unknown[] {
    const [{ keys, rooms, users }, sends] = [this.#senders, this.#sends]
    return [
      ...[keys, rooms, users, sends.by, sends.texts, sends.words, sends.ats, sends.keys, sends.fingerprints],
      ...[JSON.stringify(this.#others), this.#isAlone]
    ]
  }

  /** @returns for each commit the answers to its commands */
  answers({ plain, answers }: CalledRow): AnyAnswer[][] {
    const ids = new Map(plain?.sent.map((place, n) => [place - 1, plain.ids[n] as number]))
    let used = 0
    const next = () => withBytes(answers[used++] as AnyAnswer)
    const sends = [...this.#inColumns].map(({ commands }, n) => {
      const id = ids.get(n)
      return id === undefined ? next() : this.#sentAnswer(n, id, commands[0] as Send, plain as NonNullable<typeof plain>)
    })
    let n = 0
    return this.#commits.map((commit) =>
      this.#inColumns.has(commit) ? [sends[n++] as AnyAnswer] : commit.commands.map(() => next())
    )
  }

  #sentAnswer(n: number, id: number, { text, atMs }: Send, { senders }: NonNullable<CalledRow['plain']>): AnyAnswer {
    const by = (this.#sends.by[n] as number) - 1
    const [log, author, kind] = senders[by] as (typeof senders)[number]
    return sentAnswer([log, id, this.#senders.rooms[by] as string, author, kind, isoTime(atMs)], text)
  }
}

/** Undefined: it is not certain which room that is. */
function roomOf(name: string): Room | undefined {
  const [key, ...more] = keysOf(name)
  return key === undefined || more.length > 0 ? undefined : { name: holdable(name), key, senders: new Map() }
}

/** Digests come in hex. */
function withBytes(answer: AnyAnswer): AnyAnswer {
  if ('ended' in answer) answer.ended = (answer.ended as unknown as string[]).map((hex) => Buffer.from(hex, 'hex'))
  return answer
}
