import { describe, expect, test } from 'vitest'
import { followLogs } from './follow-logs.ts'
import { type Mutation, withMutatedEngine } from './mutated-engine.ts'
import { storeWithPeople } from './people.ts'

/**
 * Faults planted in feeds and streams, each a change of their sources: the property that feed.long.test.ts holds must be lost
 * with every one of them. A change of those sources may move what a mutation replaces; then it is written anew here.
 */

const opened = storeWithPeople()
const seeds = Array.from({ length: 100 }, (_, index) => index + 1)

/** Let the place where a page ends be compared with what was sent at another time. */
const joinsBy = (join: string): Mutation[] => [
  ['streams/stream.ts', '\n    this.#admit(subscriber)\n', `\n    ${join}\n`],
  ['streams/stream.ts', '#admit(subscriber: Subscriber)', '#admit(subscriber: Subscriber, sent?: number)'],
  ['streams/stream.ts', 'feed.admit(subscriber)', 'feed.admit(subscriber, sent)'],
  ['feeds/feed.ts', 'admit(subscriber: Subscriber)', 'admit(subscriber: Subscriber, sent = this.sent)'],
  ['feeds/feed.ts', 'if (subscriber.cursor < this.sent) return', 'if (subscriber.cursor < sent) return'],
  ['feeds/feed.ts', 'if (subscriber.cursor === this.sent) {', 'if (subscriber.cursor === sent) {']
]

/** What would be wrong, and how the sources would have to look for it. */
const faults: [name: string, ...mutations: Mutation[]][] = [
  [
    'joins at the head while events are pending',
    ['feeds/feed.ts', 'if (subscriber.cursor === this.sent) {', 'if (subscriber.cursor === this.head) {']
  ],
  [
    'reads beyond what was sent, and joins there',
    ['feeds/feed.ts', 'after, this.sent, this.', 'after, Number.MAX_SAFE_INTEGER, this.'],
    ['feeds/feed.ts', 'if (subscriber.cursor === this.sent) {', 'if (subscriber.cursor >= this.sent) {']
  ],
  [
    'lets a cursor join that is ahead of what was sent',
    ['feeds/feed.ts', 'if (subscriber.cursor === this.sent) {', 'if (subscriber.cursor >= this.sent) {']
  ],
  [
    'reads a page for a cursor that is ahead of what was sent',
    ['feeds/feed.ts', 'if (subscriber.cursor < this.sent) return', 'if (subscriber.cursor !== this.sent) return']
  ],
  [
    'joins by what was sent when the page was asked for',
    ['streams/stream.ts', 'const events = await', 'const { sent } = subscriber.feed\n    const events = await'],
    ...joinsBy('this.#admit(subscriber, sent)')
  ],
  [
    'joins a turn after the page was read',
    ...joinsBy('{ const { sent } = subscriber.feed; await new Promise(setImmediate); this.#admit(subscriber, sent) }')
  ],
  ['reads two pages at once', ['streams/stream.ts', ' || this.#catchingUp) return', ') return']],
  [
    'writes a round to those who joined after it began',
    ['feeds/live-lists.ts', 'from < length; from', 'from < list.length; from'],
    ['feeds/live-lists.ts', 'Math.min(from + this.#options.slice, length)', 'from + this.#options.slice']
  ],
  [
    'moves the last one into the place of one that left in a round',
    ['feeds/live-list.ts', '#inRound = true\n', '#inRound = false\n']
  ],
  [
    'takes events behind a gap',
    ['feeds/log-tail.ts', ' && events[0].seq <= this.head + 1) this.#take', ') this.#take'],
    ['feeds/log-tail.ts', 'if (event.seq !== this.head + 1) continue', 'if (event.seq <= this.head) continue']
  ],
  ['never looks at the store', ['feeds/log-tail.ts', 'if (head > this.head) this.want(head)', '']],
  ['forgets who is ahead', ['feeds/feed.ts', 'this.#wakeAhead()\n    this.#inRound', 'this.#inRound']],
  [
    'counts what a reader was too slow for as sent',
    ['feeds/live-list.ts', 'this.leave(subscriber)\n', 'subscriber.cursor = part.seq\n        this.leave(subscriber)\n']
  ],
  ['does not cut a live stream', ['feeds/feed.ts', 'if (last && mayCut(last)) await this.#cut(last)', '']],
  ['goes on with other rounds while it cuts', ['feeds/feed.ts', 'await this.#cut(last)', 'void this.#cut(last)']],
  [
    'goes on in the round in which somebody was cut',
    ['feeds/feed.ts', 'cut < 0 ? pending.length', 'cut < Infinity ? pending.length']
  ],
  [
    'never cuts who is behind',
    ['feeds/feed.ts', 'if (!subscriber.mayBeCutBy', 'if (!subscriber.isLive || !subscriber.mayBeCutBy']
  ],
  [
    'lets outsiders stay in a room that has become private',
    ['feeds/subscriber.ts', "event.settings.visibility === 'private'", 'false']
  ],
  [
    'lets stay who is banned from a public room',
    ['feeds/feed.ts', "return room !== undefined && room.actsAs !== 'banned'", 'return room !== undefined']
  ],
  [
    'answers who waits with more than they asked for',
    ['streams/waiter.ts', 'count <= this.#eventsMax && bytes.length <= pageBytesMax', 'bytes.length <= pageBytesMax && count > 0']
  ],
  [
    'begins without asking whether the reader is still a member',
    ['feeds/feed.ts', 'if (!(await this.#allows(subscriber))) return false', '']
  ],
  [
    'never tells who came',
    ['feeds/whereabouts/own-whereabouts.ts', 'if (attendance.enter(person)) changed', 'if (attendance.enter(person)) void ']
  ],
  [
    'never tells who went',
    ['feeds/whereabouts/own-whereabouts.ts', 'room.attendance.letGo(nowMs)) room.changed', 'room.attendance.letGo(nowMs)) void ']
  ],
  [
    'does not tell that a follower has become a member',
    [
      'feeds/feed.ts',
      "if (type === 'member.joined') this.#presence?.joined(member.name)\n    else",
      "if (type !== 'member.joined')"
    ]
  ],
  [
    'tells who is there before the events from which that follows',
    ['feeds/feed.ts', 'if (!this.#note || this.#note.after > this.sent)', 'if (!this.#note)']
  ],
  [
    'lets who was behind keep what they knew of others',
    ['streams/stream.ts', 'this.#tellMissedNotes(subscriber.subscription)', '{}']
  ],
  ['tells who waits for a page of who comes and goes', ['feeds/live-lists.ts', '(events.length > 0 || encoder.note)', 'true']]
]

describe('the property is lost when the engine', () => {
  test.each(faults)('%s', { timeout: 120_000 }, async (_name, ...mutations) => {
    const { store, people } = opened
    await withMutatedEngine(mutations, async (engine) => {
      for (const seed of seeds) {
        const outcome = await followLogs(engine, store, people, seed, 3_000)
        if (outcome.faults.length > 0) return
      }
      expect.fail('no seed found it')
    })
  })
})
