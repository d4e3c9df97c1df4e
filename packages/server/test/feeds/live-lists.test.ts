import type { LogEvent, PresenceNote } from '@tertulia/protocol'
import { expect, test } from 'vitest'
import { LiveLists } from '../../src/feeds/live-lists.ts'
import { type Carrier, type FollowedFeed, Subscriber } from '../../src/feeds/subscriber.ts'
import { streamEncoders } from '../../src/streams/encoders.ts'
import { storedUser } from '../support/stored-user.ts'

test('whom an event shuts out is told before it who came and went, and nothing after it', async () => {
  const { closeDelimited } = streamEncoders('abcdefgh').ndjson
  let text = ''
  const stream: Carrier = {
    reader: { user: storedUser(1, 'luis'), tokenDigest: null, address: '127.0.0.1', addressBlock: undefined },
    encoder: closeDelimited,
    hasRoomFor: () => true,
    write: (bytes) => {
      text += bytes
    },
    fellBehind: () => {},
    wake: () => {},
    end: () => {}
  }
  const lists = new LiveLists({ slice: 100, budgetMs: 10 })
  lists.join(new Subscriber(stream, {} as FollowedFeed, { log: 1, room: 'ops', after: 4 }))

  const note: PresenceNote = { type: 'presence', room: 'ops', connected: ['ana'], disconnected: [], more: false }
  const member = { name: 'luis', kind: 'person', role: 'member' } as const
  const at = '2026-11-23T09:14:00.000Z'
  const left: LogEvent = { seq: 5, type: 'member.left', room: 'ops', at, actor: 'ana', member, reason: 'removed' }
  await lists.write({ note, events: [left], seq: 5, more: false })
  const told = text.trim().split('\n')
  expect(told.map((line) => JSON.parse(line).type)).toEqual(['presence', 'member.left'])
})
