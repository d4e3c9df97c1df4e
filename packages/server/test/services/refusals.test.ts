import { expect, test } from 'vitest'
import { ChatError, OtherSpelling } from '../../src/services/chat-error.ts'
import { refusalError, type Subject } from '../../src/services/refusals.ts'
import type { Refusal } from '../../src/stores/commands.ts'

const message = { id: 7, verb: 'delete' } as const
const current = { rev: 9 } as Extract<Refusal, { code: 'stale' }>['current']

test.each<[Refusal, Subject, string]>([
  [{ code: 'room-not-found' }, { room: 'ops' }, 'There is no room “ops” that you may see.'],
  [{ code: 'banned' }, { room: 'ops' }, 'You are banned from ops. A moderator can lift the ban.'],
  [
    { code: 'banned', user: 'luis' },
    { room: 'ops', user: 'luis' },
    'luis is banned from ops. Lift the ban first, if they should come back.'
  ],
  [{ code: 'banned' }, { room: 'ops', user: 'luis' }, 'You are banned from ops. A moderator can lift the ban.'],
  [{ code: 'too-many-rooms' }, { room: 'ops', user: 'luis' }, 'luis already owns 1000 rooms, the most that one user may own.'],
  [{ code: 'room-archived' }, { room: 'ops' }, 'ops is archived: you can read it, but not write in it.'],
  [{ code: 'not-allowed', role: 'moderator' }, { room: 'ops' }, 'Only an owner or a moderator of ops may do that.'],
  [{ code: 'member-not-found' }, { room: 'ops', user: 'luis' }, 'luis is not a member of ops.'],
  [
    { code: 'not-author', author: { name: 'marta', kind: 'person' } },
    { room: 'ops', message },
    'Message 7 was written by marta; only marta or a moderator may delete it.'
  ],
  [
    { code: 'stale', current },
    { room: 'ops', message, epoch: 'abcd1234' },
    'Message 7 was changed in the meantime. “current” shows its present state. To change it anyway, send If-Match: "abcd1234.9".'
  ]
])('%j', (refused, subject, words) => {
  const error = refusalError(refused, subject)
  expect(error).toBeInstanceOf(ChatError)
  expect(error).toMatchObject({ code: refused.code, message: words })
})

test.each<[Refusal, string]>([
  [{ code: 'bans-self' }, 'You cannot ban yourself.'],
  [{ code: 'bans-admin', user: 'ana' }, 'ana is an admin of this server; nobody can ban them in a public room.']
])('%j is nothing that a role would allow', (refused, words) => {
  expect(refusalError(refused, { room: 'ops', user: 'ANA' })).toMatchObject({ code: 'not-allowed', message: words })
})

test('another spelling is no error of the reader: it leads on', () => {
  const error = refusalError({ code: 'other-spelling', name: 'Ops' }, { room: 'ops' })
  expect(error).toBeInstanceOf(OtherSpelling)
  expect(error).toMatchObject({ room: 'Ops' })
})
